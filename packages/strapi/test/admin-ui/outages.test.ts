import type { Locator } from 'playwright-core';
import { test } from 'vitest';

import { RIGHTS } from '../../contract/admin-api.ts';
import type { TextKey } from '../../admin/src/translations/keys.ts';
import { editPath, panelOf, PATHS, stateIn } from './pages.ts';
import { say } from './texts.ts';
import { describeWorld } from './use-world.ts';

/** What a part of a page says is wrong. */
function alertIn(part: Locator, key: TextKey): Locator {
  return part
    .getByRole('alert')
    .filter({ hasText: say(key) })
    .first();
}

describeWorld('a page that is open', {}, (world) => {
  test('says that Strapi cannot be reached, keeps what it showed, and goes on by itself', async () => {
    const { enter, atlas, strapi } = world();
    const { page } = await enter('editor', { path: editPath(atlas.germany) });
    await stateIn(page, say('panel.live')).waitFor();
    const { page: history } = await enter('editor', { path: PATHS.history });
    const austria = history.getByRole('link', { name: 'Austria' }).first();
    await austria.waitFor();
    await strapi.kill();
    // The reader comes back to the window.
    for (const each of [page, history])
      await each.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await alertIn(panelOf(page), 'problem.unreachable').waitFor();
    await stateIn(page, say('panel.live')).waitFor();
    await alertIn(history.getByRole('main'), 'problem.unreachable').waitFor();
    await austria.waitFor();

    await strapi.startAgain();
    await alertIn(panelOf(page), 'problem.unreachable').waitFor({ state: 'detached' });
    await alertIn(history.getByRole('main'), 'problem.unreachable').waitFor({ state: 'detached' });
  });

  test('offers what the reader may do, however late Strapi tells it', async () => {
    const { enter } = world();
    const { page, go } = await enter('administrator', { path: '/auth/login' });
    const held = Promise.withResolvers<void>();
    await page.route('**/admin/users/me/permissions', async (route) => {
      await held.promise;
      await route.continue();
    });
    await go(PATHS.tags);
    await page.getByLabel(say('tags-page.search')).waitFor();
    held.resolve();
    await page.getByRole('button', { name: say('refresh-all.open') }).waitFor();
    await page
      .getByRole('main')
      .getByRole('link', { name: say('settings.link') })
      .waitFor();
  });

  test('says that a right was taken away, and shows all again when it is given', async () => {
    const { enter, strapi } = world();
    const change = { role: 'editor', action: RIGHTS.read } as const;
    const { page } = await enter('editor', { path: PATHS.tags });
    const search = page.getByLabel(say('tags-page.search'));
    await search.fill('country');
    await strapi.ask('setRight', { ...change, isGiven: false });
    await search.press('Enter');
    await alertIn(page.getByRole('main'), 'problem.forbidden').waitFor();
    await strapi.ask('setRight', { ...change, isGiven: true });
    await page.getByRole('button', { name: say('action.again') }).click();
    await page.getByRole('row').filter({ hasText: 'country' }).first().waitFor();
  });

  test('says that a refresh is not allowed any more, and refreshes nothing', async ({ expect }) => {
    const { enter, atlas, strapi, edge } = world();
    const change = { role: 'editor', action: RIGHTS.refresh } as const;
    const { page } = await enter('editor', { path: editPath(atlas.austria) });
    await panelOf(page)
      .getByRole('button', { name: say('panel.refresh') })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(say('refresh.extent', { tags: 3, calls: 3 })).waitFor();
    const first = edge.refreshes.length;
    await strapi.ask('setRight', { ...change, isGiven: false });
    await dialog.getByRole('button', { name: say('refresh.begin') }).click();
    await alertIn(dialog, 'problem.forbidden').waitFor();
    await strapi.ask('setRight', { ...change, isGiven: true });
    expect(edge.refreshes.length).toBe(first);
    await dialog.getByRole('button', { name: say('action.cancel') }).click();
    await stateIn(page, say('panel.live')).waitFor();
  });

  test('says that the session has ended, and keeps what it showed', async () => {
    const { enter, atlas, strapi } = world();
    const { page, person } = await enter('reader', { path: editPath(atlas.germany) });
    await stateIn(page, say('panel.live')).waitFor();
    await strapi.ask('endSessions', { person: person.id });
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await alertIn(panelOf(page), 'problem.session').waitFor();
    await stateIn(page, say('panel.live')).waitFor();
  });
});
