// What a worker of the relay's bench tells: how fast it carried its rows, and what memory that took.
import { writeSync } from 'node:fs';

/** The clock runs from here. */
export function startMeter(total) {
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  let carried = 0;
  let tenth;
  const done = Promise.withResolvers();
  return {
    /** So many more rows are accepted by the edge and acknowledged in the queue. */
    add: (rows) => {
      carried += rows;
      if (carried >= total) done.resolve(performance.now() - startedMs);
      else if (carried >= total / 10) tenth ??= weigh();
    },
    isDone: () => carried >= total,
    finish: async () => {
      const wallMs = await done.promise;
      const { user, system } = process.cpuUsage(startedCpu);
      const cpuMs = (user + system) / 1000;
      writeSync(
        1,
        JSON.stringify({ carried, wallMs, cpuMs, tenth: tenth ?? weigh(), end: weigh() }),
      );
    },
  };
}

/** What is in use, and what the system has given. */
function weigh() {
  const rssBytes = process.memoryUsage.rss();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return { rssBytes, heapBytes: heapUsed + external };
}
