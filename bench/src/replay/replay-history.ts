import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { BuiltinNormalizer, Manifest } from '@freshtag/core/site';

import { BadInput } from './bad-input.ts';
import { openRepository, type Repository } from './git.ts';
import {
  createOurPlanner,
  type OurOptions,
  type OurPlanner,
  type OurTimes,
} from './our-refresh.ts';
import { NOISE_MARKERS } from './page-facts.ts';
import { fewestCalls } from './shared-tags.ts';
import type { HistorySource } from './source.ts';
import { byDirectories, byRawDigests, purgeAll, type StrategyName } from './strategies.ts';
import { createModelEdge, isSame, type ModelEdge, type ServedFile, type Verdict } from './truth.ts';
import { createWorkingFolder, type WorkingFolder } from './working-folder.ts';

export interface ReplayOptions extends OurOptions {
  /** For working files. */
  readonly dir: string;
  /** Deploys to replay, spread evenly. */
  readonly maxDeploys: number;
  readonly onDeploy: (deploy: ReplayedDeploy) => void;
  readonly onProgress: (done: number, total: number) => void;
}

/** What each strategy did at one deploy. */
export interface ReplayedDeploy {
  readonly commit: string;
  /** Whether it is one deploy, and not many at once between two that were drawn. */
  readonly isWhole: boolean;
  readonly strategies: Readonly<Record<StrategyName, StrategyDeploy>>;
  readonly times: OurTimes;
  /** No choice of tags within the bound could need fewer. */
  readonly fewestCalls: number;
}

export interface StrategyDeploy extends Verdict {
  /** Tags; directories and URLs, of those that refresh these. */
  readonly names: number;
  readonly calls: number;
}

/** What was replayed. */
export interface ReplayedHistory {
  /** Newest commit of the branch. */
  readonly head: string;
  /** Deploys in the history, the first one aside. */
  readonly deploys: number;
  /** Builds that were left out, since they had no page. */
  readonly empty: number;
  /** Files that could not be written, since the clone lacks them or for their names. */
  readonly left: number;
}

/** Replays one history. */
export async function replayHistory(
  source: HistorySource,
  options: ReplayOptions,
): Promise<ReplayedHistory> {
  const repository = await openRepository(source.path);
  const dir = join(options.dir, 'build');
  await mkdir(dir, { recursive: true });
  try {
    return await replay(repository, { ...options, source, dir });
  } finally {
    repository.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function replay(
  repository: Repository,
  options: ReplayOptions & { readonly source: HistorySource },
): Promise<ReplayedHistory> {
  const { source, dir, maxDeploys, normalizers } = options;
  const head = await repository.head(source.branch);
  const commits = await repository.deploys(source.branch, source.folder);
  const [first, ...rest] = commits;
  if (first === undefined)
    throw new BadInput(`${source.path} has no HTML on ${source.branch}, in “/${source.folder}”`);
  const chosen = chooseSteps(rest.length, maxDeploys);
  const folder = createWorkingFolder(dir, repository, markersFor(normalizers));
  const ours = createOurPlanner(options);
  let at: string | undefined;
  let empty = 0;
  let world: World | undefined;
  for (const [done, { index, isWhole }] of [{ index: -1, isWhole: false }, ...chosen].entries()) {
    const commit = commits[index + 1] ?? first;
    await folder.apply(await repository.changes(at, commit, source.folder));
    at = commit;
    options.onProgress(done, chosen.length);
    if (![...folder.files.values()].some(({ isHtml }) => isHtml)) {
      empty += 1;
      continue;
    }
    const manifest = await ours.collect(dir);
    const build = serve(folder, manifest);
    if (world === undefined) world = startWorld(build, ours, manifest);
    else options.onDeploy(deploy(world, { build, manifest, commit, isWhole }));
  }
  return {
    head,
    deploys: rest.length,
    empty,
    left: folder.left.size,
  };
}

/**
 * Which of the deploys, and whether each follows the one before it in the history. One that was drawn is
 * replayed from the build before it, so that it is one deploy; what lies between two is deployed at once.
 */
function chooseSteps(count: number, most: number): { index: number; isWhole: boolean }[] {
  const isAll = count <= most;
  const drawn = Array.from({ length: isAll ? count : most }, (_, number) =>
    isAll ? number : Math.floor(((number + 0.5) * count) / most),
  );
  let last = -1;
  return drawn.flatMap((index) => {
    const isNext = index === last + 1;
    last = index;
    const whole = { index, isWhole: true };
    return isNext ? [whole] : [{ index: index - 1, isWhole: false }, whole];
  });
}

function markersFor(normalizers: readonly BuiltinNormalizer[]): (typeof NOISE_MARKERS)[string][] {
  return ['sveltekit-version', ...normalizers].flatMap((name) => NOISE_MARKERS[name] ?? []);
}

/** What the origin serves, and with which tags. */
function serve(
  { files }: Pick<WorkingFolder, 'files'>,
  manifest: Manifest,
): Map<string, ServedFile> {
  const tags = new Map(manifest.pages.map((page) => [page.path, page.tags]));
  const build = new Map<string, ServedFile>();
  for (const [file, facts] of files) {
    // Web servers hide these.
    if (/(?:^|\/)\.(?!well-known\/)/.test(file) || /^_(?:headers|redirects)$/.test(file)) continue;
    const path = `/${file.replace(/(^|\/)index\.html$/, '$1')}`;
    const own = tags.get(path);
    if (own === undefined && path !== '/_routes.json')
      throw new Error(`${file} is in the build, and ${path} is not in its manifest`);
    build.set(path, { path, ...facts, tags: own ?? [] });
  }
  return build;
}

interface World {
  readonly edges: Readonly<Record<StrategyName, ModelEdge>>;
  readonly ours: OurPlanner;
  before: ReadonlyMap<string, ServedFile>;
}

function startWorld(
  build: ReadonlyMap<string, ServedFile>,
  ours: OurPlanner,
  manifest: Manifest,
): World {
  ours.plan(manifest);
  const edge = (): ModelEdge => createModelEdge(build);
  const edges = {
    'purge-all': edge(),
    directories: edge(),
    'raw digests': edge(),
    ours: edge(),
  };
  return { edges, ours, before: build };
}

interface NewBuild {
  readonly build: ReadonlyMap<string, ServedFile>;
  readonly manifest: Manifest;
  readonly commit: string;
  readonly isWhole: boolean;
}

function deploy(world: World, { build, manifest, commit, isWhole }: NewBuild): ReplayedDeploy {
  const step = { before: world.before, now: build };
  const ours = world.ours.plan(manifest);
  const { held } = world.edges.ours;
  const isFresh = (copy: ServedFile): boolean => {
    const now = build.get(copy.path);
    return now !== undefined && isSame(copy, now);
  };
  const stale = [...held.values()].filter((file) => !isFresh(file));
  const fewest = fewestCalls(stale, [...held.values()].filter(isFresh));
  const refreshes = {
    'purge-all': purgeAll(),
    directories: byDirectories(step),
    'raw digests': byRawDigests(step),
    ours,
  };
  const play = (name: StrategyName): StrategyDeploy => {
    const refresh = refreshes[name];
    const verdict = world.edges[name].deploy(build, refresh);
    return { ...verdict, names: refresh.names, calls: refresh.calls };
  };
  world.before = build;
  return {
    commit,
    isWhole,
    strategies: {
      'purge-all': play('purge-all'),
      directories: play('directories'),
      'raw digests': play('raw digests'),
      ours: play('ours'),
    },
    times: { collectMs: ours.collectMs, planMs: ours.planMs },
    fewestCalls: fewest,
  };
}
