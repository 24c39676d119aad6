import type { IncomingMessage } from 'node:http';

import type { Page } from 'playwright-core';

import { editPath, listRow, panelOf, PATHS, stateIn } from './pages.ts';
import { HIGH, NARROW, WIDE, type Studio } from './studio.ts';
import { say } from './texts.ts';
import { CMS } from './world.ts';

const MINUTE_MS = 60_000;

const isRefresh = ({ headers }: IncomingMessage): boolean =>
  headers['x-acs-action'] === 'RefreshDcdnObjectCacheByCacheTag';
const isQuestion = ({ headers }: IncomingMessage): boolean =>
  String(headers['x-acs-action']).startsWith('Describe');

/** The panel beside an entry in each of its states. */
export async function shootPanel(studio: Studio): Promise<void> {
  await shootDraft(studio);
  await shootWay(studio);
  await shootComplete(studio);
  await shootGone(studio);
}

async function takeState({ take }: Studio, page: Page, name: string): Promise<void> {
  const panel = panelOf(page);
  const until = panel.getByRole('button', { name: say('panel.refresh') });
  await take(`panel-${name}`, page, panel, until);
}

async function change(page: Page, officialName: string): Promise<void> {
  await page.getByLabel('officialName').fill(officialName);
  await page.getByRole('button', { name: 'Publish' }).click();
}

async function shootDraft(studio: Studio): Promise<void> {
  const { open, atlas, take } = studio;
  const { page } = await open(editPath(atlas.utopia), { viewport: HIGH });
  await stateIn(page, say('panel.draft')).waitFor();
  await take('panel-draft', page, panelOf(page));
  await page.close();
}

/** From the save to the eyes of visitors. */
async function shootWay(studio: Studio): Promise<void> {
  const { open, atlas, cloud, origin, take } = studio;
  const { page } = await open(editPath(atlas.germany), { role: 'editor', viewport: HIGH });
  await stateIn(page, say('panel.live')).waitFor();
  const letRefresh = cloud.hold(isRefresh);
  await change(page, 'Federal Republic of Germany');
  await stateIn(page, say('panel.waiting')).waitFor();
  await takeState(studio, page, 'waiting');
  const letAsk = cloud.hold(isQuestion);
  letRefresh();
  await stateIn(page, say('panel.accepted')).waitFor();
  await takeState(studio, page, 'accepted');
  const letLook = origin.hold();
  letAsk();
  await stateIn(page, say('panel.looking')).waitFor();
  letLook();
  await stateIn(page, say('panel.live')).waitFor();
  await page.close();
  for (const colorScheme of ['light', 'dark'] as const) {
    const about = { role: 'editor', colorScheme, viewport: HIGH } as const;
    const opened = await open(editPath(atlas.germany), about);
    await stateIn(opened.page, say('panel.live')).waitFor();
    await take(`panel-live-${colorScheme}`, opened.page, panelOf(opened.page));
    await opened.page.setViewportSize(WIDE);
    await take(`edit-${colorScheme}`, opened.page);
    await opened.page.close();
  }
  const chinese = await open(editPath(atlas.germany), { language: 'zh-Hans', viewport: HIGH });
  const panel = panelOf(chinese.page, 'zh-Hans');
  await panel.getByText(say('panel.live', {}, 'zh-Hans')).waitFor();
  await take('panel-chinese', chinese.page, panel);
  await chinese.page.close();
}

async function shootComplete(studio: Studio): Promise<void> {
  const { open, atlas } = studio;
  const { page } = await open(editPath(atlas.europe, 'api::region.region'), { viewport: HIGH });
  await stateIn(page, say('panel.complete')).waitFor();
  await takeState(studio, page, 'complete');
  await page.close();
}

async function shootGone(studio: Studio): Promise<void> {
  const { open, publish } = studio;
  const { page } = await open(editPath(await publish('Atlantis')), { viewport: HIGH });
  await stateIn(page, say('panel.live')).waitFor();
  await page.getByRole('button', { name: 'More document actions' }).click();
  await page.getByRole('menuitem', { name: 'Unpublish', exact: true }).click();
  await stateIn(page, say('panel.live-gone')).waitFor();
  await takeState(studio, page, 'gone');
  await page.close();
}

export async function shootRetrying(studio: Studio): Promise<void> {
  const { open, publish, edge, strapi } = studio;
  const { page } = await open(editPath(await publish('Iceland')), { viewport: HIGH });
  await stateIn(page, say('panel.live')).waitFor();
  edge.injectFault({ kind: 'unavailable', times: 1000 });
  await change(page, 'Republic of Iceland');
  await stateIn(page, say('panel.retrying')).waitFor();
  await panelOf(page).getByText(say('problem.busy')).waitFor();
  await takeState(studio, page, 'retrying');
  edge.clearFaults();
  await strapi.ask('skip', { durationMs: MINUTE_MS });
  await stateIn(page, say('panel.live')).waitFor();
  await page.close();
}

/** What is stored without its tags, no refresh by tag can find. */
export async function shootStale(studio: Studio): Promise<void> {
  const { open, publish, edge, origin, strapi } = studio;
  const documentId = await publish('Ireland');
  const { page } = await open(editPath(documentId), { viewport: HIGH });
  await stateIn(page, say('panel.live')).waitFor();
  const sendTags = origin.leaveOut('cache-tag');
  await edge.refresh({ domain: CMS, tags: ['country:all'], force: true });
  await fetch(`${edge.url}/api/countries/${documentId}?locale=en`);
  await change(page, 'Éire');
  while (!(await stateIn(page, say('panel.stale')).isVisible())) {
    await strapi.ask('skip', { durationMs: MINUTE_MS / 3 });
    await page.waitForTimeout(1000);
  }
  await panelOf(page).getByText(say('problem.edge-stale')).waitFor();
  await takeState(studio, page, 'stale');
  sendTags();
  await page.close();
}

/** What an editor has refreshed: one entry, or a selection. */
export async function shootQuestions({ open, atlas, take }: Studio): Promise<void> {
  const one = await open(editPath(atlas.germany), { role: 'editor' });
  await one.page.getByRole('button', { name: say('panel.refresh') }).click();
  const extent = (page: Page) => page.getByRole('dialog').getByText(/at least/);
  await extent(one.page).waitFor();
  await take('refresh-one', one.page);
  await one.page.close();
  const { page } = await open(`${PATHS.countries}?sort=name:ASC`, { colorScheme: 'dark' });
  for (const name of ['Austria', 'France', 'Germany'])
    await listRow(page, name).getByRole('checkbox').click();
  await take('selection', page);
  await page.getByRole('button', { name: say('refresh-entry.action') }).click();
  await extent(page).waitFor();
  await take('refresh-many', page);
  await page.close();
}

/** Below 1080 pixels the panels are in a drawer. */
export async function shootNarrowPanel({ open, atlas, take }: Studio): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await open(editPath(atlas.germany), { viewport: NARROW, colorScheme });
    await page.getByRole('button', { name: 'Open more actions' }).click();
    await stateIn(page, say('panel.live')).waitFor();
    await take(`panel-narrow-${colorScheme}`, page);
    await page.close();
  }
}

/** One that nothing but a person can mend; it stays. */
export async function shootFailed(studio: Studio): Promise<string> {
  const { open, publish, edge } = studio;
  const { page } = await open(editPath(await publish('Norway')), { viewport: HIGH });
  await stateIn(page, say('panel.live')).waitFor();
  edge.injectFault({ kind: 'refused', code: 'Forbidden.RAM', status: 403, times: 1000 });
  await change(page, 'Kingdom of Norway');
  await stateIn(page, say('panel.failed')).waitFor();
  await takeState(studio, page, 'failed');
  const link = page.getByRole('link', { name: say('panel.failed-link') });
  const path = (await link.getAttribute('href')) ?? '';
  await page.close();
  edge.clearFaults();
  return path.replace('/admin', '');
}

/** From then on, this Strapi makes no call until the next day. */
export async function shootQuota(studio: Studio): Promise<void> {
  const { open, publish, edge } = studio;
  const { page } = await open(editPath(await publish('Portugal')), { viewport: HIGH });
  await stateIn(page, say('panel.live')).waitFor();
  edge.injectFault({ kind: 'quota-exceeded', times: 1000 });
  await change(page, 'Portuguese Republic');
  await stateIn(page, say('panel.quota-until')).waitFor();
  await takeState(studio, page, 'quota');
  await page.close();
}
