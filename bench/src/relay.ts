import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';

import { machine } from './machine.ts';
import { measureAppend } from './relay/append.ts';
import { durabilityOf } from './relay/databases.ts';
import { startRelayEdge } from './relay/edge.ts';
import { measureFewCalls } from './relay/few-calls.ts';
import { measureLatency } from './relay/latency.ts';
import { measureSpeed, type SpeedRow } from './relay/speed.ts';
import { goalTable, table } from './table.ts';

const RESULTS = new URL('../results/', import.meta.url);

const SIZES = {
  whole: { rows: 200_000, sweepRows: 50_000, runs: 3, pairs: 2000, samples: 200 },
  quick: { rows: 40_000, sweepRows: 20_000, runs: 1, pairs: 300, samples: 40 },
} as const;

/** Measures, writes `results/relay.json`, prints. A missed ratio is told, and is no failure. */
export async function benchRelay({ isQuick }: { readonly isQuick: boolean }): Promise<void> {
  const [before = 0] = loadavg();
  const sizes = isQuick ? SIZES.quick : SIZES.whole;
  const edge = await startRelayEdge();
  try {
    const append = await told('append', () => measureAppend(sizes.pairs));
    const fewCalls = await told('few calls', () => measureFewCalls(edge));
    const latency = await told('latency', () => measureLatency(edge, sizes.samples));
    const speed = await told('speed', () => measureSpeed(edge, sizes));
    const ratios = [speed, fewCalls, append, latency].flatMap(({ goals }) => goals);
    const result = {
      date: new Date().toISOString(),
      sizes,
      machine: { ...machine(), loadAverage: { before, after: loadavg()[0] } },
      durability: {
        postgres: await durabilityOf('postgres'),
        mariadb: await durabilityOf('mariadb'),
        sqlite: 'journal_mode wal, synchronous full',
        redis: 'appendonly yes with appendfsync always or everysec; none: appendonly no, no save',
      },
      ratios,
      measures: {
        speed: speed.values,
        fewCalls: fewCalls.values,
        append: append.values,
        latency: latency.values,
      },
    };
    await mkdir(RESULTS, { recursive: true });
    await writeFile(new URL('relay.json', RESULTS), `${JSON.stringify(result, undefined, 2)}\n`);
    print(speed.values.compared, ratios, result);
  } finally {
    await edge.stop();
  }
}

function print(
  compared: readonly SpeedRow[],
  ratios: Parameters<typeof goalTable>[0],
  { date, sizes, machine: { cores, node } }: ResultHead,
): void {
  const rows = compared.map(({ name, options, median }) => [
    name,
    String(options['batch']),
    median.rowsPerSecond.toFixed(0),
    median.calls.toFixed(0),
    median.cpuMs.toFixed(1),
    median.endHeapMb.toFixed(0),
    median.endRssMb.toFixed(0),
  ]);
  console.log(table(['', 'batch', 'rows/s', 'calls', 'CPU ms', 'heap MB', 'RSS MB'], rows));
  console.log(`\n${goalTable(ratios, ['ours', 'beside'])}\n`);
  const about = `${sizes.rows} rows, medians of ${sizes.runs}, ${sizes.pairs} pairs, ${sizes.samples} samples`;
  console.log(`${date}, ${cores} cores, Node ${node}, ${about}`);
}

interface ResultHead {
  readonly date: string;
  readonly sizes: (typeof SIZES)[keyof typeof SIZES];
  readonly machine: { readonly cores: number; readonly node: string };
}

async function told<Result>(name: string, measure: () => Promise<Result>): Promise<Result> {
  process.stderr.write(`${name} …\n`);
  return measure();
}
