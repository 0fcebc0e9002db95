// Times in the reader's own zone. The server, which does not know it, has said them in UTC.
import { behaviour } from "./behaviour.js";

const format = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "medium",
  timeStyle: "short",
});

behaviour("time[datetime]", (time) => {
  time.title = format.format(new Date(time.dateTime));
});
