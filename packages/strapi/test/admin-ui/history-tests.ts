import { readFileSync } from 'node:fs';

import { beforeEach, describe, test } from 'vitest';

import { editPath, PATHS } from './pages.ts';
import { say } from './texts.ts';
import type { InWorld } from './use-world.ts';
import { COUNTRY } from './world.ts';

/** Of the page. */
const PAGE_SIZE = 25;
const PUBLISH = `/content-manager/collection-types/${COUNTRY}`;

export const historyTests: InWorld = (world) => {
  describe('the history', () => {
    let filled: Promise<void> | undefined;
    /** More than fit on a page: by the system, by Ada, and one by Edith. */
    const fill = async (): Promise<void> => {
      const { strapi, enter, atlas } = world();
      const entries = [...Array(15).keys()].map((number) => ({
        name: `Island ${number}`,
        code: `island-${number}`,
      }));
      await strapi.ask('createEntries', { uid: COUNTRY, entries, status: 'published' });
      for (const role of ['administrator', 'editor'] as const) {
        const { call } = await enter(role);
        const data = { name: 'France', code: 'france', officialName: `by ${role}` };
        const { status } = await call('POST', `${PUBLISH}/${atlas.france}/actions/publish`, data);
        if (status !== 200) throw new Error(`France cannot be published: ${status}`);
      }
    };

    beforeEach(() => (filled ??= fill()), 120_000);

    test('is narrowed by entry, tag, user, state and time, and widened again', async ({
      expect,
    }) => {
      const { enter, atlas } = world();
      const { page } = await enter('administrator', { path: PATHS.history });
      const rows = page.getByRole('table').getByRole('row');
      /** One of them is the head. */
      const haveRows = (count: number): Promise<void> =>
        expect.poll(() => rows.count(), { timeout: 20_000 }).toBe(count + 1);
      const bar = page.getByRole('search', { name: say('filter.title') });
      const clear = async (): Promise<void> => {
        await page
          .getByRole('button', { name: say('filter.clear') })
          .first()
          .click();
        await haveRows(PAGE_SIZE);
      };
      const choose = async (label: RegExp, option: RegExp | string): Promise<void> => {
        await bar.getByRole('combobox', { name: label }).click();
        await page.getByRole('option', { name: option }).click();
      };
      await haveRows(PAGE_SIZE);

      await bar.getByRole('combobox', { name: say('filter.entry') }).fill('Island 7');
      await page.getByRole('option', { name: /Island 7/ }).click();
      await haveRows(1);
      await rows.filter({ hasText: 'Island 7' }).waitFor();
      await clear();

      await bar.getByRole('textbox', { name: say('filter.tag') }).fill(`country:${atlas.austria}`);
      await haveRows(1);
      await rows.filter({ hasText: 'Austria' }).waitFor();
      await clear();

      await choose(say('filter.who'), 'Edith Lovelace');
      await haveRows(1);
      await rows
        .filter({ hasText: 'Fran' })
        .filter({ hasText: say('reason.publish') })
        .waitFor();
      expect(page.url()).toContain('actor=editor');
      await page.reload();
      await rows.filter({ hasText: 'Edith Lovelace' }).waitFor();
      await clear();

      await choose(say('filter.state'), say('state.quota'));
      await page.getByText(say('history.no-match')).waitFor();
      await clear();
      await choose(say('filter.state'), say('state.live'));
      await rows.filter({ hasText: 'Island 14' }).waitFor();
      const complete = rows.filter({ hasText: say('state.complete') });
      await expect.poll(() => complete.count(), { timeout: 20_000 }).toBe(0);
      await clear();

      await choose(say('filter.period'), say('period.hour'));
      await haveRows(PAGE_SIZE);
    });

    test('is read page by page', async ({ expect }) => {
      const { enter } = world();
      const { page } = await enter('administrator', { path: PATHS.history });
      const seen = new Set<string>();
      const read = async (): Promise<void> => {
        for (const link of await page.getByRole('table').locator('a[href*="/history/"]').all())
          seen.add((await link.getAttribute('href')) ?? '');
      };
      await page.getByRole('row').nth(PAGE_SIZE).waitFor();
      await read();
      expect(seen.size).toBe(PAGE_SIZE);
      const older = page.getByRole('link', { name: say('paging.older') });
      await older.click();
      await page.getByRole('link', { name: say('paging.newest') }).waitFor();
      await page.locator('table[aria-busy=false]').waitFor();
      await read();
      expect(seen.size).toBeGreaterThan(PAGE_SIZE);
      await page.getByRole('link', { name: say('paging.newest') }).click();
      await page.getByRole('row').nth(PAGE_SIZE).waitFor();
    });

    test('tells one refresh from its commit to live, with the ids that the cloud knows', async ({
      expect,
    }) => {
      const { enter, edge, atlas } = world();
      const { page } = await enter('administrator', { path: editPath(atlas.austria) });
      await page
        .getByRole('region', { name: say('changes.list') })
        .getByRole('link')
        .first()
        .click();
      const line = page.getByRole('listitem');
      for (const key of ['moment.committed', 'moment.complete', 'moment.verified'] as const)
        await line.filter({ hasText: say(key) }).waitFor();
      const calls = line.filter({ hasText: say('call.request-id') });
      expect(await calls.count()).toBe(3);
      const known = edge.refreshes.map(({ taskId }) => taskId);
      const task = await calls.first().locator('code').nth(1).innerText();
      expect(known).toContain(task);
      await page.getByRole('link', { name: say('change.all-of-entry') }).click();
      await page.getByRole('row').filter({ hasText: 'Austria' }).first().waitFor();
      expect(new URL(page.url()).searchParams.get('documentId')).toBe(atlas.austria);
    });

    test('has what failed given up, once that is confirmed', async ({ expect }) => {
      const { enter, edge } = world();
      edge.injectFault({ kind: 'refused', code: 'Forbidden.RAM', status: 403, times: 1000 });
      const { page, call, go } = await enter('administrator');
      await call('POST', '/freshtag/refresh', { tags: ['given-up'] });
      await go(`${PATHS.history}?state=failed`);
      await page.getByRole('row').filter({ hasText: 'given-up' }).getByRole('link').first().click();
      await page.getByRole('button', { name: say('change.discard') }).click();
      await page
        .getByRole('alertdialog')
        .getByRole('button', { name: say('action.cancel') })
        .click();
      await page
        .getByRole('status')
        .filter({ hasText: say('state.failed') })
        .waitFor();
      await page.getByRole('button', { name: say('change.discard') }).click();
      await page
        .getByRole('alertdialog')
        .getByRole('button', { name: say('change.discard') })
        .click();
      await page
        .getByRole('status')
        .filter({ hasText: say('state.discarded') })
        .waitFor();
      expect(await page.getByRole('button', { name: say('change.retry') }).count()).toBe(0);
    });

    test('is taken away as a file', async ({ expect }) => {
      const { enter, strapi } = world();
      const about = { uid: COUNTRY, status: 'published' } as const;
      await strapi.ask('createEntries', { ...about, entries: [{ name: '=1+1', code: 'sum' }] });
      const { page } = await enter('administrator', { path: `${PATHS.history}?actor=system` });
      await page.getByRole('row').filter({ hasText: '=1+1' }).waitFor();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: say('history.export') }).click();
      const file = await download;
      expect(file.suggestedFilename()).toMatch(/^freshtag-history-\d{4}-\d\d-\d\d\.csv$/);
      const lines = readFileSync(await file.path(), 'utf8')
        .trim()
        .split('\r\n');
      expect(lines.length).toBeGreaterThan(25);
      expect(lines.filter((line) => line.includes('Island')).length).toBe(15);
      // No spreadsheet takes it for a formula.
      expect(lines.filter((line) => /(?:^|,|")=1\+1/.test(line))).toEqual([]);
      expect(lines.filter((line) => line.includes('1+1')).length).toBe(1);
    });
  });
};
