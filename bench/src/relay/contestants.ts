import { runNode, script } from '../child.ts';
import { fieldsIn, numberIn, parseFields } from '../json.ts';
import type { DatabaseKind } from './databases.ts';
import type { RelayEdge } from './edge.ts';
import { fillBullmq, fillOutbox, fillPgBoss, type FilledQueue } from './queues.ts';
import type { Persistence } from './redis.ts';
import { DISTINCT_TAGS, type TagRow } from './rows.ts';

/** A queue with a worker of one process, and how large its batches are. */
export interface Carrying {
  readonly name: string;
  readonly fill: (rows: readonly TagRow[]) => Promise<FilledQueue>;
  /** In `processes`. */
  readonly worker: string;
  /** What the worker is told besides the place, the edge and the number of rows. */
  readonly options: Readonly<Record<string, number | string | false>>;
}

export interface CarriedSample {
  readonly rowsPerSecond: number;
  /** Of the worker, for 1,000 rows. */
  readonly cpuMs: number;
  readonly calls: number;
  /** After a tenth of the rows, and after all of them. */
  readonly tenthRssMb: number;
  readonly endRssMb: number;
  /** JavaScript heap and external memory after a garbage collection. */
  readonly tenthHeapMb: number;
  readonly endHeapMb: number;
}

/** Far above what any of them needs, so that no pace is measured. */
const MAX_CALLS_PER_SECOND = 500;

export function ours(
  kind: DatabaseKind,
  batch: number,
  secondPassDelayMs: number | false = false,
): Carrying {
  return {
    name: `ours on ${kind}`,
    fill: (rows) => fillOutbox(kind, rows),
    worker: 'relay-ours.mjs',
    options: { kind, batch, secondPassDelayMs },
  };
}

/** `loops` of them fetch at the same time. */
export function pgBoss(batch: number, loops: number): Carrying {
  return {
    name: 'pg-boss',
    fill: fillPgBoss,
    worker: 'relay-pg-boss.mjs',
    options: { batch, loops },
  };
}

export function bullmq(persistence: Persistence, batch: number, by: 'hand' | 'worker'): Carrying {
  return {
    name: `BullMQ, ${persistence}`,
    fill: (rows) => fillBullmq(persistence, rows),
    worker: 'relay-bullmq.mjs',
    options: { batch, by },
  };
}

/**
 * Fills a queue, and has a fresh process carry it.
 * @throws Error when a row is left or a tag never came to the edge
 */
export async function carry(
  { name, fill, worker, options }: Carrying,
  rows: readonly TagRow[],
  edge: RelayEdge,
): Promise<CarriedSample> {
  const { place, left, drop } = await fill(rows);
  try {
    const { endpoint } = edge;
    const given = { ...options, place, endpoint, rows: rows.length };
    const argument = JSON.stringify({ ...given, maxCallsPerSecond: MAX_CALLS_PER_SECOND });
    const { stdout } = await runNode(['--expose-gc', script(worker), argument]);
    const { calls, refused } = await edge.seen();
    const tags = new Set(calls.flatMap((call) => call.tags).filter((tag) => !tag.endsWith(':*')));
    const missing = Math.min(DISTINCT_TAGS, rows.length) - tags.size + (await left()) + refused;
    if (missing !== 0) throw new Error(`${name} ${JSON.stringify(options)}: not all was carried`);
    return sampleOf(stdout, calls.length);
  } finally {
    await drop();
  }
}

function sampleOf(stdout: string, calls: number): CarriedSample {
  const told = parseFields(stdout);
  const carried = numberIn(told, 'carried');
  const megabytes = (when: 'tenth' | 'end', what: 'rssBytes' | 'heapBytes'): number =>
    numberIn(fieldsIn(told, when) ?? {}, what) / 1e6;
  return {
    rowsPerSecond: (carried / numberIn(told, 'wallMs')) * 1000,
    cpuMs: (numberIn(told, 'cpuMs') / carried) * 1000,
    calls,
    tenthRssMb: megabytes('tenth', 'rssBytes'),
    endRssMb: megabytes('end', 'rssBytes'),
    tenthHeapMb: megabytes('tenth', 'heapBytes'),
    endHeapMb: megabytes('end', 'heapBytes'),
  };
}
