import { runNode, script } from './child.ts';
import { goal, type Goal, type Measured } from './goal.ts';
import { contestant, interleave, summarize, type Summary } from './interleave.ts';
import { numberIn, parseFields } from './json.ts';

const SIZES = [10_000, 100_000, 1_000_000] as const;
const BYTES_A_KB = 1024;
const BYTES_A_MB = 1_000_000;
const MEMORY_MB = 600;
const MOST_PART_DROPPED = 0.01;

interface Sample {
  /** Of the whole process, so that what else the machine does counts little. */
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakMb: number;
  readonly planned: number;
  readonly unchanged: number;
  readonly tags: number;
  readonly calls: number;
  readonly overPages: number;
  readonly gap: number;
  readonly oneTagAPageCalls: number;
}

/** What planning a site of so many pages takes, and what the plan comes to. */
interface Planning extends Omit<Sample, 'cpuMs' | 'wallMs' | 'peakMb'> {
  readonly pages: number;
  readonly cpuMs: Summary;
  readonly wallMs: Summary;
  readonly peakMb: Summary;
}

/** Planning alone, with the state and the manifest in memory: one page in a hundred changed. */
export async function measureCover(runs: number): Promise<Measured<readonly Planning[]>> {
  const sites = SIZES.map((pages) => ({ pages, ...contestant(() => plan(pages)) }));
  await interleave(sites, runs);
  const values = sites.map(({ pages, samples }) => summaryOf(pages, samples));
  return { values, goals: goalsOf(values) };
}

async function plan(pages: number): Promise<Sample> {
  const { stdout } = await runNode(['--expose-gc', script('plan-pages.mjs'), String(pages)]);
  const fields = parseFields(stdout);
  const read = (name: string): number => numberIn(fields, name);
  return {
    cpuMs: read('cpuMs'),
    wallMs: read('wallMs'),
    peakMb: (read('peakKb') * BYTES_A_KB) / BYTES_A_MB,
    planned: read('planned'),
    unchanged: read('unchanged'),
    tags: read('tags'),
    calls: read('calls'),
    overPages: read('overPages'),
    gap: read('gap'),
    oneTagAPageCalls: read('oneTagAPageCalls'),
  };
}

function summaryOf(pages: number, samples: readonly Sample[]): Planning {
  const [first] = samples;
  if (first === undefined) throw new Error('Nothing was measured.');
  return {
    pages,
    ...first,
    cpuMs: summarize(samples.map(({ cpuMs }) => cpuMs)),
    wallMs: summarize(samples.map(({ wallMs }) => wallMs)),
    peakMb: summarize(samples.map(({ peakMb }) => peakMb)),
  };
}

function goalsOf(values: readonly Planning[]): Goal[] {
  const largest = values.at(-1);
  const times = values.map(({ pages, cpuMs }) => (cpuMs.median / pages) * 1000);
  return [
    goal({
      name: 'plan 1,000 pages: slowest size',
      unit: 'ms',
      ours: Math.max(...times),
      theirs: Math.min(...times),
      ...atMost(1.5),
    }),
    goal({
      name: 'plan 1,000,000: memory (RSS)',
      unit: 'MB',
      ours: largest?.peakMb.median ?? Number.NaN,
      theirs: MEMORY_MB,
      ...atMost(1),
    }),
    ...values.flatMap(({ pages, calls, oneTagAPageCalls, overPages, unchanged }) => [
      goal({
        name: `plan ${pages.toLocaleString('en')}: calls`,
        unit: 'calls',
        ours: calls,
        theirs: oneTagAPageCalls,
        ...atMost(0.5),
      }),
      goal({
        name: `plan ${pages.toLocaleString('en')}: over-refresh`,
        unit: 'pages',
        ours: overPages,
        theirs: unchanged,
        ...atMost(MOST_PART_DROPPED),
      }),
    ]),
  ];
}

function atMost(ratio: number): Pick<Goal, 'limit'> {
  return { limit: { is: 'at most', ratio } };
}
