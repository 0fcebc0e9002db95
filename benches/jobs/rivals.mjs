// Two other queues on PostgreSQL, each with the settings its authors recommend for speed.
// `setUp` gives what enqueues; `work` runs jobs until what it gives is called, and not `fast`
// means for the shortest way from enqueue to start rather than for the most jobs.
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { PgBoss } from "pg-boss";

const KIND = "nothing";
// A line a job would be measured, too.
const logger = new Logger(() => () => {});

const graphileWorker = {
  async setUp(url) {
    const utils = await makeWorkerUtils({ connectionString: url, logger });
    await utils.migrate();
    return {
      one: () => utils.addJob(KIND, {}),
      batch: (size) =>
        utils.addJobs(Array.from({ length: size }, () => ({ identifier: KIND, payload: {} }))),
      end: () => utils.release(),
    };
  },
  // Its performance page and its own test of it: a local queue of 500, 24 jobs at once, a connection
  // more than that, completions written in batches.
  async work(url, onJob, fast = true) {
    const runner = await run({
      connectionString: url,
      logger,
      concurrency: 24,
      noHandleSignals: true,
      taskList: { [KIND]: onJob },
      preset: {
        worker: {
          connectionString: url,
          concurrentJobs: 24,
          maxPoolSize: 25,
          ...(fast && {
            localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          }),
        },
      },
    });
    return () => runner.stop();
  },
};

const pgBoss = {
  async setUp(url) {
    const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
    await boss.start();
    await boss.createQueue(KIND);
    return {
      one: () => boss.send(KIND, {}),
      batch: (size) =>
        boss.insert(
          KIND,
          Array.from({ length: size }, () => ({ data: {} })),
        ),
      end: () => boss.stop({ graceful: false }),
    };
  },
  // Jobs fetched and completed by the thousand; the next fetch is under way while one completes.
  async work(url, onJob, fast = true) {
    const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
    await boss.start();
    let stopped = false;
    const loop = async () => {
      while (!stopped) {
        const jobs = await boss.fetch(KIND, { batchSize: fast ? 1000 : 1 });
        if (jobs.length === 0) continue;
        for (const job of jobs) onJob(job);
        await boss.complete(
          KIND,
          jobs.map((job) => job.id),
        );
      }
    };
    const loops = Array.from({ length: fast ? 2 : 1 }, loop);
    return async () => {
      stopped = true;
      await Promise.all(loops);
      await boss.stop({ graceful: false });
    };
  },
};

export const rivals = { "graphile-worker": graphileWorker, "pg-boss": pgBoss };
