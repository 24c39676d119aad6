import { goal, type Goal, type Measured } from '../goal.ts';
import { summarize } from '../interleave.ts';
import { bullmq, carry, ours, pgBoss, type CarriedSample, type Carrying } from './contestants.ts';
import type { RelayEdge } from './edge.ts';
import { makeRows } from './rows.ts';

export interface SpeedOptions {
  /** Rows of the comparison, and of the sweep that finds each one's best batch. */
  readonly rows: number;
  readonly sweepRows: number;
  readonly runs: number;
}

/** One queue with one size of its batches. */
export interface SpeedRow {
  readonly name: string;
  readonly options: Carrying['options'];
  readonly samples: readonly CarriedSample[];
  readonly median: CarriedSample;
}

const LATER_PASS_MS = 1000;

const SWEEPS: readonly (readonly Carrying[])[] = [
  [1000, 5000, 10_000, 20_000].map((batch) => ours('postgres', batch)),
  [500, 1000, 5000, 20_000].map((batch) => pgBoss(batch, 1)).concat(pgBoss(5000, 2)),
  [100, 500, 2000].flatMap((batch) => [
    bullmq('always', batch, 'hand'),
    bullmq('always', batch, 'worker'),
  ]),
  [5000, 20_000].map((batch) => ours('sqlite', batch)),
  [5000, 20_000].map((batch) => ours('mariadb', batch)),
];

/** Sweeps the batches of each queue, then has the best ones carry the same rows in turns. */
export async function measureSpeed(
  edge: RelayEdge,
  { rows, sweepRows, runs }: SpeedOptions,
): Promise<
  Measured<{ readonly swept: readonly SpeedRow[]; readonly compared: readonly SpeedRow[] }>
> {
  const swept: SpeedRow[] = [];
  const best: Carrying[] = [];
  for (const sweep of SWEEPS) {
    const found = await carryInTurns(sweep, makeRows(sweepRows), { edge, runs: 1 });
    swept.push(...found);
    best.push(fastest(sweep, found));
  }
  const compared = await carryInTurns(withOthers(best), makeRows(rows), { edge, runs });
  return { values: { swept, compared }, goals: goalsOf(compared) };
}

function fastest(sweep: readonly Carrying[], found: readonly SpeedRow[]): Carrying {
  const speeds = found.map((row) => row.median.rowsPerSecond);
  const one = sweep[speeds.indexOf(Math.max(...speeds))];
  if (one === undefined) throw new Error('nothing was swept');
  return one;
}

/** Besides each one's best: ours with later passes, and Redis that loses more. */
function withOthers(best: readonly Carrying[]): Carrying[] {
  const batchOf = (index: number): number => Number(best[index]?.options['batch']);
  const by = best[2]?.options['by'] === 'hand' ? 'hand' : 'worker';
  return [
    ...best,
    bullmq('everysec', batchOf(2), by),
    bullmq('none', batchOf(2), by),
    { ...ours('postgres', batchOf(0), LATER_PASS_MS), name: 'ours on postgres, three passes' },
  ];
}

async function carryInTurns(
  carryings: readonly Carrying[],
  rows: ReturnType<typeof makeRows>,
  { edge, runs }: { readonly edge: RelayEdge; readonly runs: number },
): Promise<SpeedRow[]> {
  const all = carryings.map((carrying) => ({ carrying, samples: [] as CarriedSample[] }));
  for (let run = 0; run < runs; run += 1)
    for (const { carrying, samples } of all) {
      process.stderr.write(`  ${carrying.name} ${JSON.stringify(carrying.options)}`);
      const sample = await carry(carrying, rows, edge);
      process.stderr.write(` ${sample.rowsPerSecond.toFixed(0)} rows/s\n`);
      samples.push(sample);
    }
  return all.map(({ carrying: { name, options }, samples }) => {
    const medianOf = (key: keyof CarriedSample): number =>
      summarize(samples.map((sample) => sample[key])).median;
    const median = {
      rowsPerSecond: medianOf('rowsPerSecond'),
      cpuMs: medianOf('cpuMs'),
      calls: medianOf('calls'),
      tenthRssMb: medianOf('tenthRssMb'),
      endRssMb: medianOf('endRssMb'),
      tenthHeapMb: medianOf('tenthHeapMb'),
      endHeapMb: medianOf('endHeapMb'),
    };
    return { name, options, samples, median };
  });
}

/** Less time for the same rows, as much durability, and as much memory for many rows as for few. */
function goalsOf(compared: readonly SpeedRow[]): Goal[] {
  const medianOf = (name: string): CarriedSample => {
    const found = compared.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} was not measured`);
    return found.median;
  };
  const own = medianOf('ours on postgres');
  const against = (name: string, isGoal: boolean): Goal =>
    goal({
      name: `1,000 rows: ${name}`,
      unit: 'ms',
      ours: 1e6 / own.rowsPerSecond,
      theirs: 1e6 / medianOf(name).rowsPerSecond,
      ...(isGoal && { limit: { is: 'at most', ratio: 1 } as const }),
    });
  return [
    against('pg-boss', true),
    against('BullMQ, always', true),
    against('BullMQ, everysec', false),
    against('BullMQ, none', false),
    goal({
      name: 'heap: after all rows, after a tenth',
      unit: 'MB',
      ours: own.endHeapMb,
      theirs: own.tenthHeapMb,
      limit: { is: 'at most', ratio: 1.25 },
    }),
    goal({
      name: '  RSS',
      unit: 'MB',
      ours: own.endRssMb,
      theirs: own.tenthRssMb,
    }),
  ];
}
