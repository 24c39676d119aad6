// Carries what is in a queue of pg-boss, and tells how. Argument: JSON, see `src/relay/contestants.ts`.
import { PgBoss } from 'pg-boss';

import { createCarry } from './relay-calls.mjs';
import { startMeter } from './relay-meter.mjs';

const { place, endpoint, rows, batch, loops, maxCallsPerSecond } = JSON.parse(process.argv[2]);
const carry = createCarry(endpoint, maxCallsPerSecond);
const boss = new PgBoss(place);
boss.on('error', (error) => console.error(error));
await boss.start();
const meter = startMeter(rows);
await Promise.all(Array.from({ length: loops }, carryAll));
await meter.finish();
await boss.stop({ graceful: false });
process.exit();

async function carryAll() {
  while (!meter.isDone()) {
    const jobs = await boss.fetch('tags', { batchSize: batch });
    if (jobs.length === 0) return;
    await carry(jobs.map((job) => job.data.tag));
    const { affected } = await boss.complete(
      'tags',
      jobs.map((job) => job.id),
    );
    meter.add(affected);
  }
}
