import { setTimeout as pause } from 'node:timers/promises';

import { appendTags, createKnexOutbox } from '@freshtag/core/relay';
import type { Knex } from 'knex';

import { goal, type Measured } from '../goal.ts';
import { createContent } from './content.ts';
import { withKnex } from './databases.ts';
import type { RelayEdge } from './edge.ts';
import { DOMAIN } from './rows.ts';
import { serve } from './serve.ts';
import { percentile } from './statistics.ts';

/** Environments beside each other, each with a relay, a pace and a window of its own. */
const LANES = 4;
const MORE_MS = 50;
/** From one sample's call to the next append. */
const REST_MS = 300;
const SPREAD_MS = 1000;
/** After the last sample, for a machine that is busy. */
const LATE_MS = 2000;

/** From the commit of a single append to the accepted call, with nothing else to carry. */
export async function measureLatency(edge: RelayEdge, samples: number): Promise<Measured<unknown>> {
  const windows = [1000, 100, 0];
  const found = [];
  for (const idleMs of windows) found.push(await measureWindow(edge, idleMs, samples));
  const goals = found.map(({ idleMs, p99 }) =>
    goal({
      name: `commit to accepted, window ${idleMs}: 99 %`,
      unit: 'ms',
      ours: p99,
      theirs: idleMs + MORE_MS,
      // The default; the others are told.
      ...(idleMs === 1000 && { limit: { is: 'at most', ratio: 1 } as const }),
    }),
  );
  return { values: found, goals };
}

async function measureWindow(
  edge: RelayEdge,
  idleMs: number,
  samples: number,
): Promise<Readonly<Record<'idleMs' | 'samples' | 'p50' | 'p95' | 'p99' | 'max', number>>> {
  const lanes = Array.from({ length: LANES }, (_, lane) => `lane-${lane}`);
  const { place, drop } = await createContent();
  try {
    const relays = lanes.map((environment) => ({
      environment,
      account: environment,
      window: { idleMs },
    }));
    const { stop } = await serve({ place, endpoint: edge.endpoint, relays });
    const each = Math.ceil(samples / LANES);
    const committed = await withKnex('postgres', place, async (knex) =>
      Promise.all(lanes.map((lane) => appendAll(knex, lane, { each, restMs: idleMs + REST_MS }))),
    );
    await pause(LATE_MS);
    const { calls } = await edge.seen();
    await stop();
    // Later passes send the same tag again.
    const accepted = new Map<string, number>();
    for (const { at, tags } of calls)
      for (const tag of tags) if (!accepted.has(tag)) accepted.set(tag, at);
    const ms = committed.flat().map(({ tag, atMs }) => (accepted.get(tag) ?? Infinity) - atMs);
    const [p50, p95, p99] = [50, 95, 99].map((percent) => percentile(ms, percent));
    if (p50 === undefined || p95 === undefined || p99 === undefined) throw new Error('no samples');
    return { idleMs, samples: ms.length, p50, p95, p99, max: Math.max(...ms) };
  } finally {
    await drop();
  }
}

async function appendAll(
  knex: Knex,
  lane: string,
  { each, restMs }: { readonly each: number; readonly restMs: number },
): Promise<{ readonly tag: string; readonly atMs: number }[]> {
  const outbox = createKnexOutbox({ knex, environment: lane });
  const committed = [];
  for (let index = 0; index < each; index += 1) {
    await pause(Math.random() * SPREAD_MS);
    const tag = `sample:${lane}-${index}`;
    await knex.transaction(async (transaction) => {
      await transaction('content')
        .where({ id: 1 + index })
        .update({ title: tag });
      await appendTags(outbox, { domains: DOMAIN, tags: [tag], transaction });
    });
    committed.push({ tag, atMs: performance.timeOrigin + performance.now() });
    await pause(restMs);
  }
  return committed;
}
