import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { script } from '../child.ts';
import { goal, type Measured } from '../goal.ts';
import { parseFields } from '../json.ts';
import { createContent } from './content.ts';
import { withKnex } from './databases.ts';
import type { RelayEdge } from './edge.ts';
import { fewestCalls, type Committed } from './fewest-calls.ts';
import { chunksOf, createRandom, DISTINCT_TAGS } from './rows.ts';
import { serve } from './serve.ts';

const ROWS = 10_000;
const OVER_MS = 20_000;
const WRITERS = 8;
const MOST_ROWS_OF_A_TRANSACTION = 5;
const POLL_MS = 250;
/** As documented. */
const LIMITS = { idleMs: 1000, maxMs: 5000, maxTagsPerCall: 100 };

/** Calls of the first pass with the default windows and limits, beside the fewest that these allow. */
export async function measureFewCalls(edge: RelayEdge): Promise<Measured<unknown>> {
  const { place, drop } = await createContent();
  try {
    const relays = [{ secondPassDelayMs: false }];
    const { stop } = await serve({ place, endpoint: edge.endpoint, relays });
    const log = (await Promise.all(deal().map((list) => write(place, list)))).flat();
    while ((await waiting(place)) > 0) await pause(POLL_MS);
    const { calls, refused } = await edge.seen();
    await stop();
    const fewest = fewestCalls(log, LIMITS);
    const rows = log.reduce((sum, { tags }) => sum + tags.length, 0);
    if (rows !== ROWS || refused > 0) throw new Error('few calls: not all was written or accepted');
    const goals = [
      goal({
        name: '10,000 rows by 8 writers: calls',
        unit: 'calls',
        ours: calls.length,
        theirs: fewest.calls,
        limit: { is: 'at most', ratio: 1.1 },
      }),
    ];
    return { values: { rows, calls: calls.length, fewest, limits: LIMITS }, goals };
  } finally {
    await drop();
  }
}

/** The tags of each transaction of each writer; each of 2,000 tags at least once, in no order. */
function deal(): string[][][] {
  const random = createRandom(11);
  const all = Array.from({ length: ROWS }, (_, index) => ({
    tag: tagOf(index < DISTINCT_TAGS ? index : Math.floor(random() * DISTINCT_TAGS)),
    place: random(),
  })).toSorted((a, b) => a.place - b.place);
  return chunksOf(
    all.map(({ tag }) => tag),
    ROWS / WRITERS,
  ).map((tags) => splitInTransactions(tags, random));
}

function tagOf(number: number): string {
  if (number < 1400) return `article:${number}`;
  return number < 1800 ? `author:${number}` : `category:${number}`;
}

/** A tag twice in one transaction would be one row. */
function splitInTransactions(tags: readonly string[], random: () => number): string[][] {
  const transactions: string[][] = [];
  let room = 0;
  for (const tag of tags) {
    const open = transactions.at(-1);
    if (open === undefined || room === 0 || open.includes(tag)) {
      transactions.push([tag]);
      room = Math.floor(random() * MOST_ROWS_OF_A_TRANSACTION);
    } else {
      open.push(tag);
      room -= 1;
    }
  }
  return transactions;
}

async function write(
  place: string,
  transactions: readonly (readonly string[])[],
): Promise<readonly Committed[]> {
  const writer = fork(script('relay-writer.mjs'), [
    JSON.stringify({ place, transactions, overMs: OVER_MS }),
  ]);
  const ended = once(writer, 'exit');
  await once(writer, 'message');
  writer.send('go');
  const [told]: unknown[] = await once(writer, 'message');
  await ended;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a process of the bench's own
  return parseFields(JSON.stringify(told))['committed'] as readonly Committed[];
}

function waiting(place: string): Promise<number> {
  return withKnex('postgres', place, async (knex) => {
    const found: readonly unknown[] = await knex('freshtag_outbox')
      .where({ state: 'waiting' })
      .select('id');
    return found.length;
  });
}
