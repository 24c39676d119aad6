// Carries what is in a queue of BullMQ, and tells how. Argument: JSON, see `src/relay/contestants.ts`.
// `by` says in which of the two ways of its documentation a batch is collected.
import { randomUUID } from 'node:crypto';

import { Job, Worker } from 'bullmq';
import { Redis } from 'ioredis';

import { createCarry } from './relay-calls.mjs';
import { startMeter } from './relay-meter.mjs';

const { place, endpoint, rows, batch, by, maxCallsPerSecond } = JSON.parse(process.argv[2]);
const carry = createCarry(endpoint, maxCallsPerSecond);
const connection = new Redis(place, { maxRetriesPerRequest: null, enableAutoPipelining: true });
const options = { connection, removeOnComplete: { count: 0 }, lockDuration: 60_000 };
const meter = await (by === 'hand' ? carryByHand() : carryByWorker());
await meter.finish();
process.exit();

/** Jobs are fetched by hand, the first of each batch by itself and the next by the end of one. */
async function carryByHand() {
  const worker = new Worker('tags', null, { ...options, autorun: false });
  await worker.waitUntilReady();
  const started = startMeter(rows);
  const token = randomUUID();
  const fetch = () => worker.getNextJob(token, { block: false });
  let jobs = await Promise.all(Array.from({ length: batch }, fetch));
  for (jobs = jobs.filter(Boolean); jobs.length > 0;) {
    await carry(jobs.map((job) => job.data.tag));
    const ended = await Promise.all(jobs.map((job) => job.moveToCompleted(0, token, true)));
    started.add(jobs.length);
    jobs = ended.flatMap((next) => {
      const [data, id] = next ?? [];
      return data ? [Job.fromJSON(worker, data, id)] : [];
    });
  }
  return started;
}

/** As many jobs at once as a batch has; each ends when the calls of its batch were accepted. */
async function carryByWorker() {
  let waiting = [];
  let timer;
  const carryWaiting = () => {
    clearTimeout(timer);
    const jobs = waiting;
    waiting = [];
    const carried = carry(jobs.map((job) => job.data.tag));
    for (const { over } of jobs) over.resolve(carried);
  };
  const collect = (job) => {
    const over = Promise.withResolvers();
    waiting.push({ data: job.data, over });
    clearTimeout(timer);
    if (waiting.length >= batch) carryWaiting();
    else timer = setTimeout(carryWaiting, 20);
    return over.promise;
  };
  const worker = new Worker('tags', collect, { ...options, concurrency: batch, autorun: false });
  await worker.waitUntilReady();
  const started = startMeter(rows);
  worker.on('completed', () => started.add(1));
  void worker.run();
  return started;
}
