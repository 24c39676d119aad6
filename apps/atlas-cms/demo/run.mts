// The whole chain: Strapi with the plugin, a site that is rendered from it, the edge before both.
// usage: node demo/run.mts [--only ID]… [--break chain|coarse|second-pass]
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import type { Finding } from './audit.mts';
import { breakOnPurpose } from './breakage.mts';
import { CHANGES, type Change } from './changes.mts';
import { SITE_DOMAIN } from './domains.mts';
import { createWorld, type World } from './world.mts';

interface Row extends Finding {
  readonly title: string;
  readonly tags: number;
  readonly calls: number;
  /** From the commit until all visitors saw it. */
  readonly freshAfterMs: number | undefined;
  readonly endedAfterMs: number;
  /** What else was not as it should be. */
  readonly wrong: readonly string[];
}

const LONGEST_MS = 60_000;
const PAUSE_MS = 100;
const MOST_PROBLEMS = 20;
const startedAtMs = performance.now();
const { values: flags } = parseArgs({
  options: { only: { type: 'string', multiple: true }, break: { type: 'string' } },
});
const changes = CHANGES.filter(({ id }) => flags.only === undefined || flags.only.includes(id));
const world = await createWorld(breakOnPurpose(flags.break));
try {
  process.exitCode = await runDemo(world);
} finally {
  await world.close();
}

async function runDemo(where: World): Promise<number> {
  const { auditor } = where;
  say('Strapi is filled with some countries; what it has to refresh for that is on its way');
  await drain(where, 0);
  await auditor.begin();
  await auditor.visit();
  await auditor.begin();
  const { stale, overRefreshed } = await auditor.inspect();
  say(`${auditor.size} addresses of its API and of the site, fetched at both points of presence`);
  const rows: Row[] = [];
  for (const change of changes) rows.push(await play(where, change));
  return report(rows, [...stale, ...overRefreshed], auditor.size);
}

async function play(where: World, change: Change): Promise<Row> {
  const { auditor, cms, edge } = where;
  await auditor.begin();
  const firstCall = edge.refreshes.length;
  const sinceMs = Date.now();
  const startMs = performance.now();
  const goesOn = (await change.make(where))?.();
  const commitMs = performance.now();
  await auditor.readTruth();
  let freshAfterMs: number | undefined;
  let isOpen = true;
  while (isOpen && performance.now() - commitMs < LONGEST_MS) {
    isOpen = (await cms.rowsSince(sinceMs)).open > 0;
    const { stale } = await auditor.visit();
    freshAfterMs = stale.length > 0 ? undefined : (freshAfterMs ?? performance.now() - commitMs);
    await setTimeout(PAUSE_MS);
  }
  if (!isOpen) await goesOn;
  const endedAfterMs = performance.now() - startMs;
  const finding = await auditor.inspect();
  const calls = edge.refreshes.slice(firstCall);
  const { all } = await cms.rowsSince(sinceMs);
  const wrong = [
    ...(isOpen ? ['not all of it was carried'] : []),
    ...(change.isPublic === finding.changed.length > 0 ? [] : ['visitors see something else']),
    ...(change.isPublic === all > 0 ? [] : [`${all} tags had to be refreshed`]),
    ...(change.isPublic === calls.length > 0 ? [] : [`${calls.length} calls were made`]),
    ...(change.gone === undefined ? [] : notGone(where, change.gone)),
  ];
  const tags = new Set(calls.flatMap((call) => call.tags)).size;
  const row = {
    title: change.title,
    ...finding,
    tags,
    calls: calls.length,
    freshAfterMs,
    endedAfterMs,
    wrong,
  };
  tell(row);
  return row;
}

function notGone({ auditor, cms }: World, code: string): string[] {
  const path = `/countries/${cms.idOf('country', code)}`;
  const status = auditor.statusOf(SITE_DOMAIN + path);
  return status === 404 ? [] : [`${path} answers ${status}`];
}

/** Waits until nothing is to be refreshed any more. */
async function drain({ cms }: World, sinceMs: number): Promise<void> {
  const endMs = performance.now() + LONGEST_MS;
  while ((await cms.rowsSince(sinceMs)).open > 0) {
    if (performance.now() > endMs) throw new Error('the first content was not carried in time');
    await setTimeout(PAUSE_MS);
  }
}

function tell(row: Row): void {
  const { title, changed, tags, calls, freshAfterMs, endedAfterMs, stale, overRefreshed } = row;
  const fresh = freshAfterMs === undefined ? 'never fresh' : `fresh after ${seconds(freshAfterMs)}`;
  const what =
    changed.length === 0
      ? 'nothing changed for visitors'
      : `${changed.length} addresses changed, ${fresh}`;
  say(
    `${title}: ${what}; ${tags} tags in ${calls} calls until ${seconds(endedAfterMs)}, ${stale.length} stale, ${overRefreshed.length} over-refreshed`,
  );
}

function report(rows: readonly Row[], before: readonly string[], addresses: number): number {
  const stale = rows.flatMap((row) => row.stale);
  const over = rows.flatMap((row) => row.overRefreshed);
  const wrong = rows.flatMap(({ title, wrong: what }) => what.map((text) => `${title}: ${text}`));
  const problems = [
    ...before.map((text) => `not stored at the start: ${text}`),
    ...stale.map((text) => `stale: ${text}`),
    ...over.map((text) => `over-refreshed: ${text}`),
    ...wrong.map((text) => `wrong: ${text}`),
  ];
  for (const problem of problems.slice(0, MOST_PROBLEMS)) say(problem);
  if (problems.length > MOST_PROBLEMS) say(`… and ${problems.length - MOST_PROBLEMS} more`);
  say(
    `demo:cms: ${addresses} pages, ${rows.length} changes, ${stale.length} stale, ${over.length} over-refreshed, ${wrong.length} otherwise wrong, ${seconds(performance.now() - startedAtMs)}`,
  );
  return problems.length === 0 ? 0 : 1;
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

function say(text: string): void {
  console.log(text);
}
