import { setTimeout as sleep } from 'node:timers/promises';

import { compare, type Places } from '../walk/compare.ts';
import type { CrashChoice } from './choices.ts';
import type { Editor, Owned } from './editors.ts';
import type { Instance, StrapiCrashWorld } from './world.ts';
import { countOpen, findMarks, judgeCommitted } from './witness.ts';

export interface RoundResult {
  readonly problems: readonly string[];
  readonly stale: readonly string[];
  /** The moment did not come, and the kill came by time. */
  readonly isLate: boolean;
  /** Transactions with a change of public content. */
  readonly committed: number;
  readonly rows: number;
  readonly requests: number;
  readonly refused: number;
  /** Requests whose connection died, and how many of them had been committed all the same. */
  readonly died: number;
  readonly diedCommitted: number;
  readonly compared: number;
  readonly hits: number;
  readonly slowestFillMs: number;
}

const LONGEST_WAIT_MS = 8000;
const LONGEST_DRAIN_MS = 60_000;
/** What is written once both run again. */
const EDIT_ON_MS = 300;
const SLOW_FILL_MS = 200;
const VISIT_PAUSE_MS = 150;
const LISTS = [
  '/api/countries?sort=code&pagination[pageSize]=100&populate[region]=true',
  '/api/countries?locale=de&sort=code&pagination[pageSize]=100',
  '/api/regions?sort=code&populate[countries]=true',
  '/api/languages?sort=code&populate[countries]=true',
];

/** Writes, kills one instance, starts it again, writes on, waits until all has ended, and judges. */
export async function playRound(
  world: StrapiCrashWorld,
  choice: CrashChoice,
  {
    editors,
    owned,
    afterId,
  }: {
    readonly editors: readonly Editor[];
    readonly owned: readonly Owned[];
    readonly afterId: number;
  },
): Promise<RoundResult & { readonly lastId: number }> {
  world.forget();
  for (const editor of editors) editor.sent = [];
  // What the second pass is for.
  world.edge.injectFault({ kind: 'slow-fill', delayMs: SLOW_FILL_MS, times: 200 });
  const visitors = new AbortController();
  const visiting = visit(world, pathsOf(owned, editors), visitors.signal);
  const killing = killOne(world, choice);
  for (const editor of editors) editor.go();
  const isLate = await killing.killed;
  await killing.again;
  await sleep(EDIT_ON_MS);
  await Promise.all(editors.map((editor) => editor.pause()));
  const stuck = await drain(world);
  visitors.abort();
  await visiting;
  world.edge.clearFaults();
  const paths = pathsOf(owned, editors);
  const { stale, hits, compared } = await compare(placesOf(world), paths);
  const judged = await judgeCommitted(world.query, world.refreshes, afterId);
  const sent = editors.flatMap((editor) => editor.sent);
  const done = sent.filter(({ status = 0 }) => status >= 200 && status < 300);
  const died = sent.filter(({ status }) => status === undefined);
  const marked = (from: typeof sent): string[] =>
    from.flatMap(({ mark }) => (mark === undefined ? [] : [mark]));
  const written = await findMarks(world.query, marked(sent));
  return {
    problems: [
      ...stuck,
      ...judged.problems,
      ...marked(done)
        .filter((mark) => !written.has(mark))
        .map((mark) => `lost: the answer was a success, and ${mark} is not in the database`),
      ...world.crashed.splice(0),
    ],
    stale,
    isLate,
    committed: judged.committed,
    rows: judged.rows,
    requests: sent.length,
    refused: sent.length - done.length - died.length,
    died: died.length,
    diedCommitted: marked(died).filter((mark) => written.has(mark)).length,
    compared,
    hits,
    slowestFillMs: world.slowestFillMs,
    lastId: judged.lastId,
  };
}

/** At the moment, or when that does not come; it is started again at once. */
function killOne(
  world: StrapiCrashWorld,
  choice: CrashChoice,
): { readonly killed: Promise<boolean>; readonly again: Promise<void> } {
  const killed = Promise.withResolvers<boolean>();
  const again = Promise.withResolvers<void>();
  const kill = (instance: Instance, isLate: boolean): void => {
    clearTimeout(limit);
    world.disarm();
    instance.kill();
    killed.resolve(isLate);
    instance.start().then(again.resolve, again.reject);
  };
  const limit = setTimeout(() => {
    const { victim = world.instances[0].name } = choice;
    kill(world.instanceOf(victim), true);
  }, LONGEST_WAIT_MS);
  world.arm(choice, (instance) => kill(instance, false));
  return { killed: killed.promise, again: again.promise };
}

/** Waits until every row has ended. @returns what has not */
async function drain({ query }: StrapiCrashWorld): Promise<readonly string[]> {
  const endMs = Date.now() + LONGEST_DRAIN_MS;
  for (;;) {
    const { open, parked } = await countOpen(query);
    if (open === 0) return [];
    if (parked > 0) return [`${parked} rows or batches were parked`];
    if (Date.now() > endMs) return [`lost: ${open} rows or batches have not ended`];
    await sleep(60);
  }
}

function placesOf({ edge, originUrl }: StrapiCrashWorld): Places {
  return { edge: edge.url, origin: originUrl, points: edge.points };
}

/** Every URL that visitors ask for. */
function pathsOf(owned: readonly Owned[], editors: readonly Editor[]): readonly string[] {
  const countries = owned.flatMap((each) => each.countries);
  const made = editors.flatMap((editor) => editor.made.slice(-1));
  return [
    ...LISTS,
    ...[...countries, ...made].map((id) => `/api/countries/${id}?populate[region]=true`),
    ...countries.map((id) => `/api/countries/${id}?locale=de`),
    ...owned.map(({ language }) => `/api/languages/${language}?populate[countries]=true`),
  ];
}

/** Has every point of presence store what it is asked for, until that is ended. */
async function visit(
  { edge }: StrapiCrashWorld,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const ask = async (path: string, point: string): Promise<void> => {
    const answer = await fetch(edge.url + path, { headers: { 'x-edge-pop': point }, signal });
    await answer.text();
  };
  const stay = async (path: string): Promise<void> => {
    while (!signal.aborted) {
      await Promise.allSettled(edge.points.map((point) => ask(path, point)));
      await sleep(VISIT_PAUSE_MS);
    }
  };
  await Promise.all(paths.map(stay));
}
