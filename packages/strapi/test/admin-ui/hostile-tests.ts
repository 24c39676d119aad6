import type { Page } from 'playwright-core';
import { describe, test } from 'vitest';

import { editPath, listRow, panelOf, PATHS, stateIn } from './pages.ts';
import { say } from './texts.ts';
import type { InWorld } from './use-world.ts';
import { COUNTRY } from './world.ts';

/** What would call the function if any page took it for more than text. */
const MARKUP = [
  '<img src=x onerror=executed()>',
  '"><script>executed()</script>',
  '{{constructor.constructor("executed()")()}}',
  '<b>{count, plural, one {executed()}}</b>',
] as const;
const TITLE = MARKUP.join(' ');

export const hostileTests: InWorld = (world) => {
  describe('text from outside', () => {
    /** A page with the function that nobody may call. */
    const enterWatched = async (
      path: string,
    ): Promise<{ page: Page; go: (to: string) => Promise<void> }> => {
      const { page, go } = await world().enter('administrator', { path: '/auth/login' });
      await page.addInitScript('globalThis.executed = () => alert("executed")');
      await go(path);
      return { page, go };
    };

    test('is shown as text, and nothing in it is executed', async ({ expect }) => {
      const { strapi } = world();
      const about = { uid: COUNTRY, status: 'published' } as const;
      const entries = [{ name: TITLE, code: '<i>code</i>' }];
      const [documentId = ''] = await strapi.ask('createEntries', { ...about, entries });
      const { page, go } = await enterWatched(editPath(documentId));
      await stateIn(page, say('panel.live')).waitFor();
      await panelOf(page)
        .getByRole('link', { name: say('changes.all') })
        .click();
      const row = page.getByRole('row').filter({ hasText: MARKUP[0] });
      await row.getByText(TITLE).waitFor();
      await row.getByRole('link').first().click();
      await page.getByRole('heading', { name: TITLE }).waitFor();
      await go(`${PATHS.tags}?search=country:${documentId}`);
      await page.getByRole('link', { name: TITLE }).first().waitFor();
      await go(PATHS.countries);
      await listRow(page, TITLE).getByRole('checkbox').click();
      await page.getByRole('button', { name: say('refresh-entry.action') }).click();
      await page
        .getByRole('dialog')
        .getByText(say('refresh.extent', { tags: 3, calls: 3 }))
        .waitFor();
      expect(await page.locator('img[src=x]').count()).toBe(0);
    });

    test('in tags and addresses is shown as text, and leads nowhere', async ({ expect }) => {
      const { enter } = world();
      const tag = `<img/src=x/onerror=executed()>`;
      const { call } = await enter('administrator');
      expect((await call('POST', '/freshtag/refresh', { tags: [tag] })).status).toBe(202);
      const { page, go } = await enterWatched(PATHS.history);
      await page.getByRole('row').filter({ hasText: tag }).getByRole('link').first().click();
      await page.getByText(tag, { exact: true }).first().waitFor();
      await page
        .getByRole('button', { name: say('tags.copy', { tag }) })
        .first()
        .waitFor();
      await go(`${PATHS.tags}?${new URLSearchParams({ search: tag }).toString()}`);
      await page.getByText(tag).first().waitFor();
      await go(
        `${PATHS.tags}?${new URLSearchParams({ search: 'javascript:executed()' }).toString()}`,
      );
      await page.getByRole('heading', { name: say('tags-page.title') }).waitFor();
      await page.waitForLoadState('networkidle');
      expect(await page.locator('a[href^="javascript:"], img[src=x]').count()).toBe(0);
      await go('/plugins/freshtag/history/%3Cimg%20src=x%20onerror=executed()%3E');
      await page
        .getByRole('alert')
        .filter({ hasText: say('problem.gone') })
        .first()
        .waitFor();
      await go('/plugins/freshtag/<script>executed()</script>');
      await page.getByRole('heading', { name: say('unknown.title') }).waitFor();
    });

    test('10,000 selected entries are told in numbers and refreshed; more are refused', async ({
      expect,
    }) => {
      const { strapi, enter, edge } = world();
      const uid = 'api::language.language';
      const ids = [...Array(10_000).keys()].map(
        (number) => `isle${String(number).padStart(20, '0')}`,
      );
      // Strapi itself would take a minute.
      await strapi.ask('query', {
        sql: `INSERT INTO languages (document_id, name, code, published_at)
        SELECT value, value, value, 1 FROM json_each(?)`,
        bindings: [JSON.stringify(ids)],
      });
      const { call } = await enter('administrator');
      const body = { uid, documentIds: ids };
      const preview = await call('POST', '/freshtag/preview', body);
      expect(preview.body).toMatchObject({ entries: 10_000, refused: 0, tags: 10_001 });
      const first = edge.refreshes.length;
      expect((await call('POST', '/freshtag/refresh', body)).status).toBe(202);
      await expect
        .poll(() => new Set(edge.refreshes.slice(first).flatMap(({ tags }) => tags)).size, {
          timeout: 60_000,
        })
        .toBeGreaterThanOrEqual(10_001);
      const more = { uid, documentIds: [...ids, 'one-more'] };
      expect((await call('POST', '/freshtag/preview', more)).status).toBe(400);
    }, 180_000);
  });
};
