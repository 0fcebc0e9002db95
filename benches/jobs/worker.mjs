// A worker process of a rival's: runs jobs until it is told to stop, and says how many it has run.
import { rivals } from "./rivals.mjs";

const [name, url] = process.argv.slice(2);
let done = 0;
let told = 0;
const tell = () => {
  if (done !== told) process.send({ done: (told = done) });
};
const stop = await rivals[name].work(url, () => void done++);
// Often enough that the last of 200,000 is not waited for.
setInterval(tell, 5);
process.on("message", async () => {
  await stop();
  process.exit(0);
});
