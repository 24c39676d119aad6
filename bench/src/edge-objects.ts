import { runNode, script } from './child.ts';
import { startEdgeServer, startOrigin, type Layers } from './edge-servers.ts';
import { goal, type Goal, type Measured } from './goal.ts';
import { summarize, type Summary } from './interleave.ts';
import { numberIn, parseFields } from './json.ts';

const OBJECTS = 100_000;
const BODY_BYTES = 1024;
/** Requests before the empty edge is weighed: its pools and its compiled code are no objects. */
const WARM_UP = 20_000;
const LIMITS = { allMs: 50, oneMs: 5, memoryBytes: 1500 } as const;

interface Sample {
  readonly fillMs: number;
  readonly allMs: number;
  readonly oneMs: readonly number[];
  /** Of each object beyond its body, however many layers have it. */
  readonly heapBytes: number;
  readonly rssBytes: number;
}

type Summaries = Readonly<Record<keyof Sample, Summary>>;

export interface Objects extends Readonly<Record<Layers, Summaries>> {
  readonly objects: number;
  readonly bodyBytes: number;
}

/** Many objects with three tags each, filled through the edge; then refreshes. */
export async function measureObjects(runs: number): Promise<Measured<Objects>> {
  const values: Objects = {
    objects: OBJECTS,
    bodyBytes: BODY_BYTES,
    'two-layers': await measure('two-layers', runs),
    'one-layer': await measure('one-layer', runs),
  };
  return {
    values,
    goals: [
      ...goalsOf('default layers', values['two-layers']),
      ...goalsOf('one layer', values['one-layer']),
    ],
  };
}

async function measure(layers: Layers, runs: number): Promise<Summaries> {
  const samples: Sample[] = [];
  for (let round = 0; round < runs; round += 1) samples.push(await sample(layers));
  const all = (key: Exclude<keyof Sample, 'oneMs'>): Summary =>
    summarize(samples.map((each) => each[key]));
  return {
    fillMs: all('fillMs'),
    allMs: all('allMs'),
    oneMs: summarize(samples.flatMap(({ oneMs }) => oneMs)),
    heapBytes: all('heapBytes'),
    rssBytes: all('rssBytes'),
  };
}

async function sample(layers: Layers): Promise<Sample> {
  const origin = await startOrigin();
  const edge = await startEdgeServer(origin.url, layers);
  try {
    await runNode([script('edge-fill.mjs'), edge.url, '/warm-up/', String(WARM_UP)]);
    const empty = await edge.memory();
    const fill = [script('edge-fill.mjs'), edge.url, '/object/', String(OBJECTS)];
    const { wallMs } = await runNode(fill);
    const full = await edge.memory();
    const args = [edge.url, edge.apiUrl, String(OBJECTS)];
    const { stdout } = await runNode([script('edge-refresh.mjs'), ...args]);
    const told = parseFields(stdout);
    checkEffects(told);
    return {
      fillMs: wallMs,
      allMs: numberIn(told, 'allMs'),
      oneMs: numbersIn(told, 'oneMs'),
      heapBytes: (full.heapBytes - empty.heapBytes) / OBJECTS - BODY_BYTES,
      rssBytes: (full.rssBytes - empty.rssBytes) / OBJECTS - BODY_BYTES,
    };
  } finally {
    await edge.stop();
    await origin.stop();
  }
}

/** A fast refresh that is not in force is none. */
function checkEffects(told: ReturnType<typeof parseFields>): void {
  const { wrong } = told;
  if (Array.isArray(wrong) && wrong.length === 0) return;
  throw new Error(`The edge served what it must not: ${JSON.stringify(wrong)}`);
}

function numbersIn(fields: ReturnType<typeof parseFields>, name: string): number[] {
  const values = fields[name];
  return Array.isArray(values) ? values.map(Number) : [];
}

function goalsOf(layers: string, values: Summaries): readonly Goal[] {
  const { allMs, oneMs, memoryBytes } = LIMITS;
  const within = { limit: { is: 'at most', ratio: 1 } } as const;
  return [
    goal({
      name: `${layers}: refresh of all`,
      unit: 'ms',
      ours: values.allMs.median,
      theirs: allMs,
      ...within,
    }),
    goal({
      name: `${layers}: refresh of one`,
      unit: 'ms',
      ours: values.oneMs.median,
      theirs: oneMs,
      ...within,
    }),
    goal({
      name: `${layers}: memory (heap)`,
      unit: 'bytes',
      ours: values.heapBytes.median,
      theirs: memoryBytes,
      ...within,
    }),
    goal({
      name: `${layers}: memory (RSS)`,
      unit: 'bytes',
      ours: values.rssBytes.median,
      theirs: memoryBytes,
    }),
  ];
}
