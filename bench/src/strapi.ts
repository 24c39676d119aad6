import { loadavg } from 'node:os';
import { mkdir, writeFile } from 'node:fs/promises';

import { ratioOfPairs, type RatioInterval } from './confidence.ts';
import { goal, type Goal } from './goal.ts';
import { summarize } from './interleave.ts';
import { machine } from './machine.ts';
import { startRelayEdge, type RelayEdge } from './relay/edge.ts';
import { openPublishers, type Cost, type Published, type Publisher } from './strapi/publisher.ts';
import { goalTable } from './table.ts';

const RESULTS = new URL('../results/', import.meta.url);
const PAIRS_PER_RUN = 50;
const WARM_UP = 15;
const BULK = 1000;
const BULKS = 3;
/** The list, its overflow tag, and one of each entry; a hundred a call. */
const NEEDED_CALLS = Math.ceil((BULK + 2) / 100);
const MOST_STATEMENTS = 3;
const DATABASES = ['postgres', 'sqlite'] as const;

interface Measure {
  readonly goal: Goal;
  readonly interval?: RatioInterval;
}

type Pair = readonly [ours: Published, theirs: Published];

/**
 * What the plugin costs a publish: two Strapis on copies of one database of the same server, with it and
 * without, publish in turn. Writes `results/strapi.json`, prints.
 */
export async function benchStrapi(runs: number): Promise<void> {
  const [before = 0] = loadavg();
  const pairs = runs * PAIRS_PER_RUN;
  const edge = await startRelayEdge();
  try {
    const measures: Measure[] = [];
    for (const database of DATABASES) {
      process.stderr.write(`${database} …\n`);
      const publishers = await openPublishers(database, { relay: { endpoint: edge.endpoint } });
      try {
        measures.push(...measuresOf(database, await publishInTurn(publishers, pairs)));
      } finally {
        await publishers.close();
      }
    }
    process.stderr.write('bulk …\n');
    const bulk = await measureBulk(edge);
    await tell([...measures, ...bulk], { pairs, before });
  } finally {
    await edge.stop();
  }
}

async function publishInTurn(
  { ours, theirs }: { readonly ours: Publisher; readonly theirs: Publisher },
  count: number,
): Promise<readonly Pair[]> {
  const [ids, others] = [await ours.countries(), await theirs.countries()];
  if (ids.length === 0 || ids.join() !== others.join())
    throw new Error(`not what is to be measured: ${ids.length} and ${others.length} countries`);
  const pairs: Pair[] = [];
  for (let pair = -WARM_UP; pair < count; pair += 1) {
    const at = (pair + WARM_UP) % ids.length;
    const publish = (publisher: Publisher): Promise<Published> =>
      publisher.publish(ids[at] ?? '', `Name ${pair}`);
    // Whoever comes second finds the machine's caches as the first left them.
    const isOursFirst = pair % 2 === 0;
    const early = isOursFirst ? await publish(ours) : undefined;
    const their = await publish(theirs);
    const our = early ?? (await publish(ours));
    if (pair >= 0) pairs.push([our, their]);
  }
  return pairs;
}

function measuresOf(database: (typeof DATABASES)[number], pairs: readonly Pair[]): Measure[] {
  const limit = { is: 'at most', ratio: 1.08 } as const;
  return [
    ratio(`${database}, an editor’s request`, pairs, (of) => of.request.wallMs, {
      ...(database === 'postgres' && { limit }),
    }),
    ratio(
      `${database}, update and publish`,
      pairs,
      both(({ wallMs }) => wallMs),
    ),
    ratio(`${database}, publish alone`, pairs, (of) => of.publish.wallMs),
    ratio(
      `${database}, time of the CPU`,
      pairs,
      both(({ cpuMs }) => cpuMs),
    ),
    statements(`${database}, statements more, update`, pairs, (of) => of.update.statements),
    statements(`${database}, statements more, publish`, pairs, (of) => of.publish.statements),
  ];
}

function both(pick: (cost: Cost) => number): (of: Published) => number {
  return ({ publish, update }) => pick(update) + pick(publish);
}

function ratio(
  name: string,
  pairs: readonly Pair[],
  pick: (of: Published) => number,
  more: Pick<Goal, 'limit'> = {},
): Measure {
  const values = pairs.map(([ours, theirs]) => [pick(ours), pick(theirs)] as const);
  return {
    goal: goal({
      name,
      unit: 'ms',
      ours: summarize(values.map(([ours]) => ours)).median,
      theirs: summarize(values.map(([, theirs]) => theirs)).median,
      ...more,
    }),
    interval: ratioOfPairs(values),
  };
}

/** In the middle of the pairs: one of the relay's can be taken for the publish's, rarely. */
function statements(
  name: string,
  pairs: readonly Pair[],
  pick: (of: Published) => number,
): Measure {
  const more = summarize(pairs.map(([ours, theirs]) => pick(ours) - pick(theirs))).median;
  const limit = { is: 'at most', ratio: 1 } as const;
  return { goal: goal({ name, unit: 'calls', ours: more, theirs: MOST_STATEMENTS, limit }) };
}

/** A thousand entries at once on PostgreSQL. */
async function measureBulk(edge: RelayEdge): Promise<Measure[]> {
  const publishers = await openPublishers('postgres', {
    isEmpty: true,
    relay: { endpoint: edge.endpoint, secondPassDelayMs: false },
  });
  try {
    const { ours, theirs } = publishers;
    await edge.seen();
    const pairs: (readonly [ours: Cost, theirs: Cost])[] = [];
    let most = 0;
    for (let round = 0; round < BULKS; round += 1) {
      const plain = await theirs.bulk(BULK);
      pairs.push([await ours.bulk(BULK), plain]);
      while (!(await ours.isDrained())) await new Promise((resolve) => setTimeout(resolve, 100));
      most = Math.max(most, checkCalls(await edge.seen()));
    }
    const goals = [
      goal({
        name: 'bulk, calls beside the fewest',
        unit: 'calls',
        ours: most,
        theirs: NEEDED_CALLS,
        limit: { is: 'at most', ratio: 1.1 },
      }),
      bulkGoal('commits', 'calls', pairs, ({ commits }) => commits),
      bulkGoal('statements', 'calls', pairs, (cost) => cost.statements),
      bulkGoal('time', 'ms', pairs, ({ wallMs }) => wallMs),
      bulkGoal('time of the CPU', 'ms', pairs, ({ cpuMs }) => cpuMs),
    ];
    return goals.map((each) => ({ goal: each }));
  } finally {
    await publishers.close();
  }
}

/** @returns how many there were */
function checkCalls({ calls, refused }: Awaited<ReturnType<RelayEdge['seen']>>): number {
  const tags = new Set(calls.flatMap((call) => call.tags));
  if (refused > 0 || tags.size !== BULK + 2)
    throw new Error(`${refused} calls were refused, ${tags.size} tags refreshed`);
  return calls.length;
}

function bulkGoal(
  name: string,
  unit: Goal['unit'],
  pairs: readonly (readonly [ours: Cost, theirs: Cost])[],
  pick: (cost: Cost) => number,
): Goal {
  return goal({
    name: `bulk, ${name}`,
    unit,
    ours: summarize(pairs.map(([ours]) => pick(ours))).median,
    theirs: summarize(pairs.map(([, theirs]) => pick(theirs))).median,
    ...(name === 'commits' && { limit: { is: 'at most', ratio: 1 } as const }),
  });
}

async function tell(
  measures: readonly Measure[],
  { pairs, before }: { readonly pairs: number; readonly before: number },
): Promise<void> {
  const ratios = measures.map((each) => each.goal);
  const intervals = measures.flatMap(({ goal: { name }, interval }) =>
    interval === undefined ? [] : [{ name, ...interval }],
  );
  const result = {
    date: new Date().toISOString(),
    pairs,
    machine: { ...machine(), loadAverage: { before, after: loadavg()[0] } },
    ratios,
    intervals,
  };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL('strapi.json', RESULTS), `${JSON.stringify(result, undefined, 2)}\n`);
  console.log(`${goalTable(ratios, ['with', 'without'])}\n`);
  for (const { name, low, high } of intervals)
    console.log(`${name}: 95 % of resamplings between ${low.toFixed(3)} and ${high.toFixed(3)}`);
  const { cores, node } = result.machine;
  console.log(`${result.date}, ${cores} cores, Node ${node}, medians of ${pairs} pairs`);
}
