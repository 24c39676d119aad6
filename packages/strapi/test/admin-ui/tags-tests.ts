import { describe, test } from 'vitest';

import { PATHS } from './pages.ts';
import { say } from './texts.ts';
import type { InWorld } from './use-world.ts';
import { CMS } from './world.ts';

export const tagsTests: InWorld = (world) => {
  describe('the tags page', () => {
    test('tells which entries carry a tag, and refreshes it', async ({ expect }) => {
      const { enter, atlas, edge } = world();
      const { page } = await enter('administrator', { path: PATHS.tags });
      const tag = `country:${atlas.austria}`;
      await page.getByLabel(say('tags-page.search')).fill(tag);
      await page.getByRole('button', { name: say('tags-page.find') }).click();
      const row = page.getByRole('row').filter({ has: page.getByText(tag, { exact: true }) });
      await row.getByText(say('tag-kind.entry')).waitFor();
      await row.getByRole('link', { name: 'Austria' }).waitFor();
      const first = edge.refreshes.length;
      await row.getByRole('checkbox').click();
      await page.getByRole('button', { name: say('tags-page.refresh', { count: 1 }) }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(say('refresh.extent', { tags: 1, calls: 3 })).waitFor();
      await dialog.getByRole('button', { name: say('refresh.begin') }).click();
      await page.getByText(say('refresh.begun', { tags: 1 })).waitFor();
      await expect
        .poll(() => edge.refreshes.slice(first).flatMap(({ tags }) => tags), { timeout: 20_000 })
        .toContain(tag);
    });

    test('asks the origin for the tags of an address', async ({ expect }) => {
      const { enter, atlas } = world();
      const { page } = await enter('administrator', { path: PATHS.tags });
      const search = page.getByLabel(say('tags-page.search'));
      await search.fill(`http://${CMS}/api/countries?populate=region`);
      await search.press('Enter');
      await page.getByText(say('tags-page.status', { status: 200 })).waitFor();
      for (const tag of [`country:${atlas.france}:en`, `region:${atlas.europe}:en`, 'country:all'])
        await page
          .getByRole('row')
          .filter({ has: page.getByText(tag, { exact: true }) })
          .waitFor();

      await search.fill('http://another.example/secret');
      await search.press('Enter');
      await page.getByText('another.example/secret').waitFor();
      expect(await page.getByText(say('tags-page.status')).count()).toBe(0);
      await search.fill('country:nobody');
      await search.press('Enter');
      await page
        .getByText(/country:nobody|No tag was found/)
        .first()
        .waitFor();
    });

    test('refreshes everything, once the environment’s name is typed', async ({ expect }) => {
      const { enter, edge } = world();
      const { page } = await enter('administrator', { path: PATHS.tags });
      const first = edge.refreshes.length;
      await page.getByRole('button', { name: say('refresh-all.open') }).click();
      const dialog = page.getByRole('dialog');
      const begin = dialog.getByRole('button', { name: say('refresh.begin-all') });
      const name = dialog.getByLabel(say('refresh.confirm', { environment: 'production' }));
      await name.fill('produktion');
      expect(await begin.isDisabled()).toBe(true);
      await name.press('Enter');
      await name.fill('production');
      expect(edge.refreshes.length).toBe(first);
      await begin.click();
      await dialog.waitFor({ state: 'detached' });
      await expect
        .poll(() => edge.refreshes.slice(first).flatMap(({ tags }) => tags), { timeout: 20_000 })
        .toEqual(expect.arrayContaining(['country:all', 'region:all', 'upload-file:all']));
    });
  });
};
