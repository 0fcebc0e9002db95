// Runs the queue's own measurement (the example whose path is the first argument), then the
// rivals on the PostgreSQL at TEST_DATABASE_URL, and prints everything beside each other.
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { rivals } from "./rivals.mjs";

const JOBS = 200_000;
const BATCH = 1000;
const SINGLE = 1000;
const rows = ["one by one", "in batches", "1 worker", "2 workers", "p50", "p99"];

const results = { xtablo: ours(process.argv[2]) };
for (const name of Object.keys(rivals)) results[name] = await measure(name);
print(results);

/** What the example prints, by row; of several figures of one kind the first. */
function ours(example) {
  const text = execFileSync(example, { encoding: "utf8" });
  const figure = (pattern) => Number(text.match(pattern)[1]);
  return {
    "one by one": figure(/one by one: (\d+)/),
    "in batches": figure(/in batches: (\d+)/),
    "1 worker": figure(/run by 1 workers.*: (\d+)/),
    "2 workers": figure(/run by 2 workers.*: (\d+)/),
    p50: figure(/an empty table: p50 ([\d.]+)/),
    p99: figure(/an empty table: .*p99 ([\d.]+)/),
  };
}

async function measure(name) {
  const url = await database(name.replace("-", "_"));
  const queue = await rivals[name].setUp(url);
  const result = {};
  const rate = async (jobs, act) => {
    const start = performance.now();
    await act();
    return Math.round(jobs / ((performance.now() - start) / 1000));
  };
  result["one by one"] = await rate(SINGLE, async () => {
    for (let n = 0; n < SINGLE; n++) await queue.one();
  });
  await workers(name, url, 1, SINGLE);
  for (const count of [1, 2]) {
    result["in batches"] = await rate(JOBS, async () => {
      for (let n = 0; n < JOBS; n += BATCH) await queue.batch(BATCH);
    });
    result[`${count} worker${count > 1 ? "s" : ""}`] = await workers(name, url, count, JOBS);
  }
  Object.assign(result, await startLatency(name, url, queue));
  await queue.end();
  return result;
}

/** Jobs a second: from the start of the worker processes to the last job. */
async function workers(name, url, count, jobs) {
  const worker = fileURLToPath(new URL("worker.mjs", import.meta.url));
  const start = performance.now();
  const children = Array.from({ length: count }, () => fork(worker, [name, url]));
  const done = new Map();
  await new Promise((finished) => {
    for (const child of children) {
      child.on("message", (message) => {
        done.set(child, message.done);
        if ([...done.values()].reduce((a, b) => a + b) >= jobs) finished();
      });
    }
  });
  const rate = Math.round(jobs / ((performance.now() - start) / 1000));
  for (const child of children) child.send("stop");
  await Promise.all(children.map((child) => once(child, "exit")));
  return rate;
}

/** Milliseconds from asking for a job to its start, a job at a time. */
async function startLatency(name, url, queue) {
  let begun;
  const stop = await rivals[name].work(url, () => begun?.(performance.now()), false);
  const latencies = [];
  for (let n = 0; n < SINGLE; n++) {
    const at = new Promise((resolve) => (begun = resolve));
    const start = performance.now();
    await queue.one();
    latencies.push((await at) - start);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await stop();
  latencies.sort((a, b) => a - b);
  return { p50: latencies[SINGLE / 2], p99: latencies[(SINGLE * 99) / 100] };
}

async function database(name) {
  const base = process.env.TEST_DATABASE_URL;
  const client = new pg.Client({ connectionString: base });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return base.replace(/\/postgres\?/, `/${name}?`);
}

function print(results) {
  const names = Object.keys(results);
  const line = (head, cells) =>
    console.log(head.padEnd(14), ...cells.map((c) => String(c).padStart(16)));
  line("", names);
  const shown = (row, value) => (row.startsWith("p") ? `${value.toFixed(1)} ms` : `${value}/s`);
  for (const row of rows)
    line(
      row,
      names.map((name) => shown(row, results[name][row])),
    );
  console.log("\nxtablo to each, as ratios (latencies: less is better)");
  for (const row of rows) {
    line(
      row,
      names.map((name) => (results.xtablo[row] / results[name][row]).toFixed(2)),
    );
  }
}
