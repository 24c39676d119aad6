import type { IncomingMessage } from 'node:http';

import { test } from 'vitest';

import { say } from './texts.ts';
import { editPath, listRow, lookInFor, PATHS, panelOf, stateIn } from './pages.ts';
import { describeWorld } from './use-world.ts';
import { COUNTRY, type World } from './world.ts';

const isRefresh = ({ headers }: IncomingMessage): boolean =>
  headers['x-acs-action'] === 'RefreshDcdnObjectCacheByCacheTag';
const isQuestion = ({ headers }: IncomingMessage): boolean =>
  String(headers['x-acs-action']).startsWith('Describe');

/** What visitors get. */
async function visitEntry({ edge }: Pick<World, 'edge'>, documentId: string): Promise<string> {
  const answer = await fetch(`${edge.url}/api/countries/${documentId}?locale=en`);
  return `${answer.status} ${await answer.text()}`;
}

describeWorld('an editor', { databases: ['sqlite', 'postgres'] }, (world) => {
  const NAMES = ['Narnia', 'Atlantis', 'Avalon', 'Eldorado', 'Utopia Nova'] as const;
  let created: Promise<readonly string[]> | undefined;
  /** A published country of its own, for a test that changes it. */
  const countryOf = async (name: (typeof NAMES)[number]): Promise<string> => {
    created ??= world().strapi.ask('createEntries', {
      uid: COUNTRY,
      entries: NAMES.map((each) => ({ name: each, code: each.toLowerCase() })),
      status: 'published',
    });
    return (await created)[NAMES.indexOf(name)] ?? '';
  };

  test('sees an entry go live when it is published, and visitors get it then', async ({
    expect,
  }) => {
    const { enter, cloud, origin, edge } = world();
    const country = await countryOf('Narnia');
    const { page } = await enter('editor', { path: editPath(country) });
    await stateIn(page, say('panel.live')).waitFor();
    expect(await visitEntry({ edge }, country)).toContain('Narnia');
    const letRefresh = cloud.hold(isRefresh);
    await page.getByLabel('officialName').fill('Kingdom of Narnia');
    await page.getByRole('button', { name: 'Publish' }).click();
    await stateIn(page, say('panel.waiting')).waitFor();
    expect(await visitEntry({ edge }, country)).not.toContain('Kingdom');

    const letAsk = cloud.hold(isQuestion);
    letRefresh();
    await stateIn(page, say('panel.accepted')).waitFor();
    const letLook = origin.hold();
    letAsk();
    await stateIn(page, say('panel.complete'))
      .filter({ hasText: say('panel.looking') })
      .waitFor();
    letLook();
    await stateIn(page, say('panel.live')).waitFor();
    expect(await visitEntry({ edge }, country)).toContain('Kingdom of Narnia');
  });

  test('sees an entry go that is unpublished', async ({ expect }) => {
    const { enter, edge } = world();
    const country = await countryOf('Atlantis');
    expect(await visitEntry({ edge }, country)).toContain('Atlantis');
    const { page } = await enter('editor', { path: editPath(country) });
    await lookInFor(page, stateIn(page, say('panel.live')));
    await page.getByRole('button', { name: 'More document actions' }).click();
    await page.getByRole('menuitem', { name: 'Unpublish', exact: true }).click();
    await lookInFor(page, stateIn(page, say('panel.live-gone')));
    expect(await visitEntry({ edge }, country)).toMatch(/^404/);
  });

  test('sees that a refresh is tried again while the cloud is out of order', async () => {
    const { enter, edge, strapi } = world();
    const country = await countryOf('Avalon');
    const { page } = await enter('editor', { path: editPath(country) });
    await lookInFor(page, stateIn(page, say('panel.live')));
    edge.injectFault({ kind: 'unavailable', times: 1000 });
    await page.getByLabel('officialName').fill('Isle of Avalon');
    await page.getByRole('button', { name: 'Publish' }).click();
    await lookInFor(page, stateIn(page, say('panel.retrying')));
    await panelOf(page).getByText(say('problem.busy')).waitFor();

    edge.clearFaults();
    await strapi.ask('skip', { durationMs: 60_000 });
    await lookInFor(page, stateIn(page, say('panel.live')));
  });

  test('sees what failed, and who may tries it again when it is mended', async ({ expect }) => {
    const { enter, edge } = world();
    const country = await countryOf('Eldorado');
    const { page } = await enter('administrator', { path: editPath(country) });
    await lookInFor(page, stateIn(page, say('panel.live')));
    edge.injectFault({ kind: 'refused', code: 'Forbidden.RAM', status: 403, times: 1000 });
    await page.getByRole('button', { name: say('panel.refresh') }).click();
    await page
      .getByRole('dialog')
      .getByText(say('refresh.extent', { tags: 3, calls: 3 }))
      .waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: say('refresh.begin') })
      .click();
    await lookInFor(page, stateIn(page, say('panel.failed')));
    await panelOf(page).getByText(say('problem.permission')).waitFor();

    await page.getByRole('link', { name: say('panel.failed-link') }).click();
    await page.getByRole('heading', { name: 'Eldorado' }).waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: say('state.failed') })
      .waitFor();
    edge.clearFaults();
    await page.getByRole('button', { name: say('change.retry') }).click();
    await lookInFor(page, page.getByRole('status').filter({ hasText: say('state.live') }));
    expect(await page.getByRole('button', { name: say('change.retry') }).count()).toBe(0);
  });

  test('refreshes a selection, and knows before how much that is', async ({ expect }) => {
    const { enter, edge, atlas } = world();
    const { page } = await enter('editor', { path: PATHS.countries });
    for (const name of ['Germany', 'France'])
      await listRow(page, name).getByRole('checkbox').click();
    const first = edge.refreshes.length;
    await page.getByRole('button', { name: say('refresh-entry.action') }).click();
    const dialog = page.getByRole('dialog', { name: say('refresh-entries.title', { count: 2 }) });
    await dialog.getByText(say('refresh.extent', { tags: 5, calls: 3 })).waitFor();
    await dialog.getByRole('button', { name: say('refresh.begin') }).click();
    await page.getByText(say('refresh.begun', { tags: 5 })).waitFor();
    await dialog.waitFor({ state: 'detached' });
    const wanted = [atlas.germany, atlas.france].map((id) => `country:${id}:en`);
    await expect
      .poll(() => edge.refreshes.slice(first).flatMap(({ tags }) => tags), { timeout: 20_000 })
      .toEqual(expect.arrayContaining(wanted));
  });

  test('refreshes one entry from its row', async ({ expect }) => {
    const { enter, edge, atlas } = world();
    const { page } = await enter('editor', { path: PATHS.countries });
    const first = edge.refreshes.length;
    await listRow(page, 'Austria').getByRole('button', { name: 'Row action' }).click();
    await page.getByRole('menuitem', { name: say('refresh-entry.action') }).click();
    const dialog = page.getByRole('dialog', { name: say('refresh-entry.title') });
    await dialog.getByText(say('refresh.extent', { tags: 3, calls: 3 })).waitFor();
    await dialog.getByRole('button', { name: say('refresh.begin') }).click();
    await page.getByText(say('refresh.begun', { tags: 3 })).waitFor();
    await expect
      .poll(() => edge.refreshes.slice(first).flatMap(({ tags }) => tags), { timeout: 20_000 })
      .toContain(`country:${atlas.austria}`);
  });

  // The last: until the next day, this Strapi makes no other call.
  test('sees that the quota is used up, and when it goes on', async () => {
    const { enter, edge } = world();
    const country = await countryOf('Utopia Nova');
    const { page } = await enter('editor', { path: editPath(country) });
    await lookInFor(page, stateIn(page, say('panel.live')));
    edge.injectFault({ kind: 'quota-exceeded', times: 1000 });
    await page.getByLabel('officialName').fill('Utopia');
    await page.getByRole('button', { name: 'Publish' }).click();
    await lookInFor(page, stateIn(page, say('panel.quota-until')));

    // Somebody has bought more of it.
    edge.clearFaults();
    const administrator = await enter('administrator', { path: PATHS.history });
    await administrator.page
      .getByRole('row', { name: say('state.quota') })
      .getByRole('link')
      .first()
      .click();
    await administrator.page.getByRole('button', { name: say('change.retry') }).click();
    await lookInFor(page, stateIn(page, say('panel.live')));
  });
});
