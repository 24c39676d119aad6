// The main job, from an edited file to a fresh edge, eight times over.
// usage: node demo/run.ts [--only ID]… [--break 5.1|5.2|5.6]
import { cpSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';

import { breakOnPurpose } from './breakage.ts';
import { Auditor, type Finding } from './audit.ts';
import { ADDED_PAGE, DEPLOYS, type Deploy } from './edits.ts';
import { ask, listPages } from './visitor.ts';
import { createWorld, type World } from './world.ts';

interface Row extends Finding {
  readonly title: string;
  /** The cloud refused the refresh, so that what changed is stale until the next deploy. */
  readonly refused: boolean;
  readonly tags: number;
  readonly calls: number;
  readonly seconds: number;
}

const SLOW_FETCH_MS = 20_000;
const AFTERWARDS_MS = 60_000;
const MOST_PROBLEMS = 20;
const { values: flags } = parseArgs({
  options: { only: { type: 'string', multiple: true }, break: { type: 'string' } },
});
const breakage = breakOnPurpose(flags.break);
const deploys = DEPLOYS.filter(({ id }) => flags.only === undefined || flags.only.includes(id));
const world = await createWorld();
try {
  process.exitCode = await runDemo(world);
} finally {
  await world.close();
}

async function runDemo(where: World): Promise<number> {
  const auditor = new Auditor(where.originServer, where.points);
  say('building the atlas and deploying it for the first time');
  const first = where.newFolder('build-0');
  await buildAndRefresh(where, first, auditor);
  where.clock.onStep = undefined;
  auditor.watch([...listPages(first), ADDED_PAGE]);
  await auditor.readOrigin();
  say(`fetching ${listPages(first).length} pages through both points of presence`);
  await auditor.warmUp();

  const rows: Row[] = [];
  let pages = 0;
  for (const [index, deploy] of deploys.entries()) {
    say(`deploy ${index + 1} of ${deploys.length}: ${deploy.title}`);
    const dir = where.newFolder(`build-${index + 1}`);
    rows.push(await playDeploy(where, deploy, dir, auditor));
    pages = listPages(dir).length;
  }
  return report(rows, pages);
}

async function playDeploy(
  where: World,
  deploy: Deploy,
  dir: string,
  auditor: Auditor,
): Promise<Row> {
  const startedAtMs = performance.now();
  const firstEvent = where.edge.refreshes.length;
  deploy.edit(where.content);
  const slow =
    deploy.slowFetch === undefined ? undefined : await startSlowFetch(where, deploy.slowFetch);
  if (deploy.refused)
    where.edge.refuseRefreshes({
      code: 'QuotaExceeded.Refresh',
      message: 'exceeded the daily limit',
    });
  const outcome = await buildAndRefresh(where, dir, auditor, slow).then(
    () => undefined,
    (error: unknown) => error,
  );
  await where.clock.sleep(AFTERWARDS_MS);
  where.clock.onStep = undefined;
  if (isRefusal(outcome) !== (deploy.refused === true)) {
    throw outcome ?? new Error('the build did not tell that the refresh was refused');
  }
  if (isRefusal(outcome)) say(`  the build failed, as it should: ${outcome.message}`);
  await slow?.ended;
  const finding = await auditor.inspect({ settles: deploy.refused !== true });
  const calls = where.edge.refreshes
    .slice(firstEvent)
    .filter((event) => event.type === 'refresh' && event.outcome === 'accepted');
  const tags = new Set(calls.flatMap((event) => (event.type === 'refresh' ? event.tags : [])));
  const seconds = (performance.now() - startedAtMs) / 1000;
  return {
    title: deploy.title,
    refused: deploy.refused === true,
    ...finding,
    tags: tags.size,
    calls: calls.length,
    seconds,
  };
}

/** What a site’s own pipeline does: build with the integration, which deploys, waits and refreshes. */
async function buildAndRefresh(
  where: World,
  dir: string,
  auditor: Auditor,
  slow?: SlowFetch,
): Promise<void> {
  const goLive = async (): Promise<void> => {
    const manifestFile = where.newFolder(`${basename(dir)}.manifest.json`);
    cpSync(where.manifestFile, manifestFile);
    where.origin.deploy(dir, manifestFile);
    auditor.watch(listPages(dir));
    await auditor.readOrigin();
    letVisitorsIn(where, auditor, slow);
  };
  letVisitorsIn(where, auditor, slow);
  await breakage.build(where, dir, goLive);
}

/** In every second that passes, visitors ask for some pages that changed and some that did not. */
function letVisitorsIn(where: World, auditor: Auditor, slow?: SlowFetch): void {
  const releaseAtMs = where.clock.now() + SLOW_FETCH_MS;
  const changed = auditor.changedPaths();
  const unchanged = auditor.unchangedPaths();
  let second = 0;
  where.clock.onStep = async () => {
    second += 1;
    if (where.clock.now() >= releaseAtMs) slow?.release();
    await auditor.visit([...pick(changed, second, 6), ...pick(unchanged, second, 8)]);
  };
}

interface SlowFetch {
  readonly release: () => void;
  readonly ended: Promise<unknown>;
}

/** A visitor asks for a page that is not stored; the origin reads it now and answers late. */
async function startSlowFetch(where: World, path: string): Promise<SlowFetch> {
  const { refresh, pageTag } = await import('@freshtag/core');
  await refresh([pageTag(path)], {
    domain: 'atlas.example',
    endpoint: where.edge.apiUrl,
    credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
    clock: where.clock,
  });
  await where.clock.sleep(60_000);
  const [point] = where.points;
  if (point === undefined) throw new Error('the edge has no point of presence');
  const hold = where.origin.holdNext(path);
  const ended = ask(point, path);
  await hold.asked;
  return { ended, release: hold.release };
}

function pick(paths: readonly string[], second: number, count: number): string[] {
  return Array.from(
    { length: Math.min(count, paths.length) },
    (_, index) => paths[(second * count + index) % paths.length] ?? '',
  );
}

function isRefusal(outcome: unknown): outcome is Error {
  return outcome instanceof Error && outcome.message.includes('QuotaExceeded.Refresh');
}

function report(rows: readonly Row[], pages: number): number {
  say('');
  say(line(['deploy', 'changed', 'tags', 'calls', 'stale', 'over', 'seconds']));
  for (const row of rows) {
    const { title, changed, tags, calls, stale, overRefreshed, seconds } = row;
    const expected = row.refused ? `(${stale.length})` : stale.length;
    say(line([title, changed, tags, calls, expected, overRefreshed.length, seconds.toFixed(1)]));
  }
  if (rows.some((row) => row.refused))
    say('(n): what the cloud refused to refresh is stale, and the next deploy mends it');
  const judged = rows.filter((row) => !row.refused);
  const problems = judged.flatMap((row) => [
    ...row.stale.map((where) => `stale: ${where}`),
    ...row.overRefreshed.map((where) => `over-refreshed: ${where}`),
  ]);
  for (const problem of problems.slice(0, MOST_PROBLEMS)) say(problem);
  const sum = (list: readonly Row[], value: (row: Row) => number): number =>
    list.reduce((total, row) => total + value(row), 0);
  const stale = sum(judged, (row) => row.stale.length);
  const over = sum(rows, (row) => row.overRefreshed.length);
  const tags = sum(rows, (row) => row.tags);
  const calls = sum(rows, (row) => row.calls);
  const changed = sum(judged, (row) => row.changed);
  say('');
  say(
    `demo: ${pages} pages, ${rows.length} deploys, ${changed} changed, ${tags} tags in ${calls} calls, ${stale} stale, ${over} over-refreshed`,
  );
  return stale + over === 0 ? 0 : 1;
}

function line(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) => (index === 0 ? String(cell).padEnd(32) : String(cell).padStart(9)))
    .join('');
}

function say(text: string): void {
  console.log(text);
}
