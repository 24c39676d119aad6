import { runNode, script, startCloud } from './child.ts';
import { goal, type Goal, type Measured } from './goal.ts';
import { contestant, interleave, summarize, type Summary } from './interleave.ts';
import { numberIn, parseFields } from './json.ts';

const CALLS = 5000;
const MB = 1_000_000;
const FILES = {
  core: 'many-calls-core.mjs',
  sdk: 'many-calls-sdk.cjs',
  bare: 'many-calls-bare.mjs',
} as const;

interface Sample {
  readonly callsPerSecond: number;
  readonly rssMb: number;
}

export interface ManyCalls extends Readonly<
  Record<keyof typeof FILES, Readonly<Record<keyof Sample, Summary>>>
> {
  readonly calls: number;
  /** Calls under way at a time. */
  readonly concurrency: number;
}

/** One call after the other, each awaited: most of the time is the wire's, the same for all. */
export async function measureCallsInARow(runs: number): Promise<Measured<ManyCalls>> {
  const values = await measure(1, runs);
  return {
    values,
    goals: [
      rate(values, `${CALLS} in a row: rate`, 'core', { is: 'at least', ratio: 2 }),
      rate(values, '  bare node:http, unsigned', 'bare'),
      memory(values, `${CALLS} in a row: RSS`),
    ],
  };
}

/** Ten under way at a time: the wire’s time overlaps, so that the clients' own shows. */
export async function measureCallsAtATime(runs: number): Promise<Measured<ManyCalls>> {
  const values = await measure(10, runs);
  return {
    values,
    goals: [
      rate(values, `${CALLS}, 10 at a time: rate`, 'core'),
      rate(values, '  bare node:http, unsigned', 'bare'),
      memory(values, `${CALLS}, 10 at a time: RSS`),
    ],
  };
}

/** To a server that does nothing but answer. */
async function measure(concurrency: number, runs: number): Promise<ManyCalls> {
  const cloud = await startCloud();
  const calling =
    (file: string): (() => Promise<Sample>) =>
    () =>
      callMany([script(file), cloud.url, String(CALLS), String(concurrency)]);
  const core = contestant(calling(FILES.core));
  const sdk = contestant(calling(FILES.sdk));
  const bare = contestant(calling(FILES.bare));
  try {
    await interleave([core, sdk, bare], runs);
  } finally {
    cloud.stop();
  }
  return {
    calls: CALLS,
    concurrency,
    core: summary(core.samples),
    sdk: summary(sdk.samples),
    bare: summary(bare.samples),
  };
}

async function callMany(args: readonly string[]): Promise<Sample> {
  const { stdout } = await runNode(args);
  const told = parseFields(stdout);
  return {
    callsPerSecond: (CALLS / numberIn(told, 'tookMs')) * 1000,
    rssMb: numberIn(told, 'rss') / MB,
  };
}

function summary(samples: readonly Sample[]): Record<keyof Sample, Summary> {
  return {
    callsPerSecond: summarize(samples.map(({ callsPerSecond }) => callsPerSecond)),
    rssMb: summarize(samples.map(({ rssMb }) => rssMb)),
  };
}

function rate(
  values: ManyCalls,
  name: string,
  who: 'core' | 'bare',
  limit?: NonNullable<Goal['limit']>,
): Goal {
  return goal({
    name,
    unit: 'calls/s',
    ours: values[who].callsPerSecond.median,
    theirs: values.sdk.callsPerSecond.median,
    ...(limit === undefined ? {} : { limit }),
  });
}

function memory({ core, sdk }: ManyCalls, name: string): Goal {
  return goal({
    name,
    unit: 'MB',
    ours: core.rssMb.median,
    theirs: sdk.rssMb.median,
    limit: { is: 'at most', ratio: 1 },
  });
}
