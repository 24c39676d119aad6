import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { ratioOfPairs, type RatioInterval } from './confidence.ts';
import { goal, type Goal } from './goal.ts';
import { summarize } from './interleave.ts';
import { machine } from './machine.ts';
import { goalTable } from './table.ts';

const RESULTS = new URL('../results/', import.meta.url);
const ATLAS = fileURLToPath(new URL('../../apps/atlas-cms', import.meta.url));
const SERVER = fileURLToPath(new URL('../processes/strapi-server.mjs', import.meta.url));
const PAIRS_PER_RUN = 20;
const WARM_UP = 30;

/** 100 countries, what they belong to, and what that belongs to. */
const LIST =
  '/api/countries?pagination[limit]=100&populate[region]=true&populate[currencies]=true&populate[flag]=true&populate[languages][populate]=countries&populate[neighbours][populate]=region';
const QUERY = encodeURIComponent(
  '{ countries(pagination: { limit: 100 }) { name region { name } languages { name countries { name } } neighbours { name region { name } } } }',
);
const GRAPHQL = `/graphql?query=${QUERY}`;

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
}

interface Measure {
  readonly goal: Goal;
  readonly interval: RatioInterval;
}

interface Sample {
  /** From the question to the end of the answer. */
  readonly wallMs: number;
  /** Of the server’s process: what a busy machine does not lengthen. */
  readonly cpuMs: number;
}

/**
 * What the tags cost a list of 100 entries with two levels of relations: two Strapis on copies of one
 * database, with and without the header, asked in turn. Writes `results/strapi-header.json`, prints.
 */
export async function benchStrapiHeader(runs: number): Promise<void> {
  const [before = 0] = loadavg();
  const folder = mkdtempSync(join(tmpdir(), 'freshtag-bench-'));
  const servers: Server[] = [];
  try {
    fill(join(folder, 'with.db'));
    copyFileSync(join(folder, 'with.db'), join(folder, 'without.db'));
    const tagged = await start(join(folder, 'with.db'), true);
    servers.push(tagged);
    const plain = await start(join(folder, 'without.db'), false);
    servers.push(plain);
    const pairs = runs * PAIRS_PER_RUN;
    const rest = await measure('REST', LIST, { tagged, plain, pairs, limit: 1.08 });
    const graphql = await measure('GraphQL', GRAPHQL, { tagged, plain, pairs });
    await tell([...rest, ...graphql], { pairs, before });
  } finally {
    for (const { child } of servers) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill(filename: string): void {
  process.stderr.write('filling the atlas …\n');
  execFileSync('pnpm', ['run', 'compile'], { cwd: ATLAS, stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync(process.execPath, ['scripts/seed.mts'], {
    cwd: ATLAS,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DATABASE_FILENAME: filename },
  });
}

async function start(filename: string, cacheTag: boolean): Promise<Server> {
  const child = spawn(process.execPath, [SERVER], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      STRAPI_TELEMETRY_DISABLED: 'true',
      DATABASE_FILENAME: filename,
      FRESHTAG_CACHE_TAG: String(cacheTag),
    },
  });
  if (child.stdout === null) throw new Error('the server has no output');
  const lines = createInterface({ input: child.stdout });
  lines.on('close', () => child.kill());
  const [line]: unknown[] = await once(lines, 'line');
  return { url: String(line), child };
}

async function measure(
  name: string,
  path: string,
  options: {
    readonly tagged: Server;
    readonly plain: Server;
    readonly pairs: number;
    readonly limit?: number;
  },
): Promise<Measure[]> {
  process.stderr.write(`${name} …\n`);
  const { tagged, plain, limit } = options;
  await checkHeaders(tagged.url + path, plain.url + path);
  const pairs: (readonly [Sample, Sample])[] = [];
  for (let pair = -WARM_UP; pair < options.pairs; pair += 1) {
    // Whoever comes second finds the machine's caches as the first left them.
    const isOursFirst = pair % 2 === 0;
    const first = await ask(isOursFirst ? tagged : plain, path);
    const second = await ask(isOursFirst ? plain : tagged, path);
    if (pair >= 0) pairs.push(isOursFirst ? [first, second] : [second, first]);
  }
  return (['wallMs', 'cpuMs'] as const).map((of) =>
    measureOf(
      `${name}, ${of === 'wallMs' ? 'time' : 'time of the CPU'}`,
      pairs.map(([ours, theirs]) => [ours[of], theirs[of]]),
      of === 'wallMs' ? limit : undefined,
    ),
  );
}

function measureOf(
  name: string,
  pairs: readonly (readonly [number, number])[],
  limit: number | undefined,
): Measure {
  return {
    goal: goal({
      name,
      unit: 'ms',
      ours: summarize(pairs.map(([ours]) => ours)).median,
      theirs: summarize(pairs.map(([, theirs]) => theirs)).median,
      ...(limit === undefined ? {} : { limit: { is: 'at most', ratio: limit } }),
    }),
    interval: ratioOfPairs(pairs),
  };
}

async function checkHeaders(tagged: string, plain: string): Promise<void> {
  const [ours, theirs] = [await cacheTagOf(tagged), await cacheTagOf(plain)];
  if (ours === null || theirs !== null)
    throw new Error(`not what is to be measured: ${ours}, ${theirs}`);
}

async function cacheTagOf(url: string): Promise<string | null> {
  const response = await fetch(url, HEADERS);
  await response.arrayBuffer();
  return response.headers.get('cache-tag');
}

const HEADERS = { headers: { 'apollo-require-preflight': 'true' } };

async function ask({ url, child }: Server, path: string): Promise<Sample> {
  const cpuBeforeUs = await cpuOf(child);
  const startedMs = performance.now();
  const response = await fetch(url + path, HEADERS);
  await response.arrayBuffer();
  const wallMs = performance.now() - startedMs;
  if (response.status !== 200) throw new Error(`${response.status} from ${path}`);
  return { wallMs, cpuMs: ((await cpuOf(child)) - cpuBeforeUs) / 1000 };
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [us]: unknown[] = await once(child, 'message');
  return Number(us);
}

async function tell(
  measures: readonly Measure[],
  { pairs, before }: { readonly pairs: number; readonly before: number },
): Promise<void> {
  const ratios = measures.map((each) => each.goal);
  const result = {
    date: new Date().toISOString(),
    pairs,
    machine: { ...machine(), loadAverage: { before, after: loadavg()[0] } },
    ratios,
    intervals: measures.map(({ goal: { name }, interval }) => ({ name, ...interval })),
  };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(
    new URL('strapi-header.json', RESULTS),
    `${JSON.stringify(result, undefined, 2)}\n`,
  );
  console.log(`${goalTable(ratios, ['with', 'without'])}\n`);
  for (const {
    goal: { name },
    interval: { low, high },
  } of measures)
    console.log(`${name}: 95 % of resamplings between ${low.toFixed(3)} and ${high.toFixed(3)}`);
  const { cores, node } = result.machine;
  console.log(`${result.date}, ${cores} cores, Node ${node}, medians of ${pairs} pairs`);
}
