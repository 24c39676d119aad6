import { startEdge } from '@freshtag/edge';

import { runNode, script } from './child.ts';
import { goal, type Goal, type Measured } from './goal.ts';
import { contestant, interleave, summarize, type Summary } from './interleave.ts';
import { numberIn, parseFields } from './json.ts';

const MB = 1_000_000;
const NO_ORIGIN = 'http://127.0.0.1:9';
const EIGHTH = { is: 'at most', ratio: 1 / 8 } as const;

interface Sample {
  readonly wallMs: number;
  readonly rssMb: number;
  readonly heapUsedMb: number;
}

/** Whole processes; `empty` is Node and nothing else. */
export type StartUp = Readonly<
  Record<'empty' | 'core' | 'sdk', Readonly<Record<keyof Sample, Summary>>>
>;

type Command = readonly [file: string, ...args: string[]];

/** Loading the package, in a process that does nothing else. */
export async function measureLoading(runs: number): Promise<Measured<StartUp>> {
  const values = await measure(['load-core.mjs'], ['load-sdk.cjs'], runs);
  return {
    values,
    goals: [
      above(values, 'wallMs', { name: 'load: time', unit: 'ms', limit: EIGHTH }),
      above(values, 'rssMb', { name: 'load: memory (RSS)', unit: 'MB', limit: EIGHTH }),
      above(values, 'heapUsedMb', { name: 'load: memory (heap)', unit: 'MB', limit: EIGHTH }),
    ],
  };
}

/** Loading, signing one call and having its answer, from a local edge that checks the signature. */
export async function measureFirstCall(runs: number): Promise<Measured<StartUp>> {
  const edge = await startEdge({ domains: { 'www.example.com': NO_ORIGIN } });
  try {
    const values = await measure(
      ['first-call-core.mjs', edge.apiUrl],
      ['first-call-sdk.cjs', edge.apiUrl],
      runs,
    );
    const limit = { is: 'at most', ratio: 0.6 } as const;
    return {
      values,
      goals: [
        above(values, 'wallMs', { name: 'first call: time', unit: 'ms', limit }),
        above(values, 'rssMb', { name: 'first call: memory (RSS)', unit: 'MB' }),
      ],
    };
  } finally {
    await edge.close();
  }
}

async function measure(core: Command, sdk: Command, runs: number): Promise<StartUp> {
  const nothing = contestant(() => sample(['empty.cjs']));
  const ours = contestant(() => sample(core));
  const theirs = contestant(() => sample(sdk));
  await interleave([nothing, ours, theirs], runs);
  return {
    empty: summary(nothing.samples),
    core: summary(ours.samples),
    sdk: summary(theirs.samples),
  };
}

async function sample([file, ...args]: Command): Promise<Sample> {
  const { wallMs, stdout } = await runNode([script(file), ...args]);
  const memory = parseFields(stdout);
  return {
    wallMs,
    rssMb: numberIn(memory, 'rss') / MB,
    heapUsedMb: numberIn(memory, 'heapUsed') / MB,
  };
}

function summary(samples: readonly Sample[]): Record<keyof Sample, Summary> {
  return {
    wallMs: summarize(samples.map(({ wallMs }) => wallMs)),
    rssMb: summarize(samples.map(({ rssMb }) => rssMb)),
    heapUsedMb: summarize(samples.map(({ heapUsedMb }) => heapUsedMb)),
  };
}

/** What each adds to an empty process. */
function above(
  { empty, core, sdk }: StartUp,
  key: keyof Sample,
  given: Pick<Goal, 'name' | 'unit' | 'limit'>,
): Goal {
  return goal({
    ...given,
    ours: core[key].median - empty[key].median,
    theirs: sdk[key].median - empty[key].median,
  });
}
