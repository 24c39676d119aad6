import { describe, test } from 'vitest';

import { RIGHTS } from '../../contract/admin-api.ts';
import { editPath, listRow, panelOf, PATHS, stateIn } from './pages.ts';
import { say } from './texts.ts';
import type { InWorld } from './use-world.ts';
import { COUNTRY } from './world.ts';

const EUROPE = 'api::region.region';

export const rightsTests: InWorld = (world) => {
  describe('who', () => {
    test('may do everything has everything', async () => {
      const { enter } = world();
      const { page } = await enter('administrator', { path: PATHS.tags });
      await page.getByRole('button', { name: say('refresh-all.open') }).waitFor();
      await page
        .getByRole('main')
        .getByRole('link', { name: say('settings.link') })
        .click();
      await page.getByRole('heading', { name: say('test.title') }).waitFor();
    });

    test('may refresh countries has just that, and is answered just that', async ({ expect }) => {
      const { enter, atlas, edge } = world();
      const { page, go, call } = await enter('editor', { path: editPath(atlas.germany) });
      await panelOf(page)
        .getByRole('button', { name: say('panel.refresh') })
        .waitFor();
      await go(PATHS.tags);
      await page.getByLabel(say('tags-page.search')).waitFor();
      expect(await page.getByRole('button', { name: say('refresh-all.open') }).count()).toBe(0);
      const settings = page.getByRole('main').getByRole('link', { name: say('settings.link') });
      expect(await settings.count()).toBe(0);
      await go(PATHS.settings);
      await page
        .getByRole('alert')
        .filter({ hasText: say('problem.forbidden') })
        .first()
        .waitFor();

      await go(PATHS.history);
      await page.getByRole('link', { name: 'Austria' }).first().waitFor();
      const shown = await page.getByRole('table').innerText();
      for (const hidden of ['Europe', 'Europa', atlas.europe, atlas.euro, 'French', 'Atlas'])
        expect(shown).not.toContain(hidden);
      const calls = edge.refreshes.length;
      const ask = async (body: object): Promise<number> =>
        (await call('POST', '/freshtag/refresh', body)).status;
      expect(await ask({ tags: ['country'] })).toBe(403);
      expect(await ask({ all: true, confirm: 'production' })).toBe(403);
      expect(await ask({ uid: EUROPE, documentIds: [atlas.europe] })).not.toBe(500);
      expect((await call('GET', '/freshtag/settings')).status).toBe(403);
      expect((await call('POST', '/freshtag/settings/test/credentials')).status).toBe(403);
      expect((await call('GET', `/freshtag/entries/${EUROPE}/${atlas.europe}`)).status).toBe(404);
      const { text } = await call('GET', '/freshtag/history?limit=100');
      expect(text).not.toContain(atlas.europe);
      const { body } = await call('GET', '/freshtag/history?limit=1');
      const [{ id }] = body.changes;
      expect((await call('POST', `/freshtag/history/${id}/retry`)).status).toBe(403);
      expect((await call('POST', `/freshtag/history/${id}/discard`)).status).toBe(403);
      const regions = edge.refreshes
        .slice(calls)
        .filter(({ tags }) => tags.some((tag) => tag.startsWith('region')));
      expect(regions).toEqual([]);
    });

    test('may only read sees, and refreshes nothing', async ({ expect }) => {
      const { enter, atlas } = world();
      const { page, go, call } = await enter('reader', { path: editPath(atlas.germany) });
      await stateIn(page, say('panel.live')).waitFor();
      expect(
        await panelOf(page)
          .getByRole('button', { name: say('panel.refresh') })
          .count(),
      ).toBe(0);
      await go(PATHS.countries);
      await listRow(page, 'Austria').waitFor();
      await listRow(page, 'Austria').getByRole('button', { name: 'Row action' }).click();
      await page.getByRole('menuitem').first().waitFor();
      expect(await page.getByRole('menuitem', { name: say('refresh-entry.action') }).count()).toBe(
        0,
      );
      const body = { uid: COUNTRY, documentIds: [atlas.germany] };
      for (const path of ['/freshtag/preview', '/freshtag/refresh'])
        expect((await call('POST', path, body)).status).toBe(403);
    });

    test('may not even read has nothing of it, and is told nothing', async ({ expect }) => {
      const { enter, atlas, strapi } = world();
      const change = { role: 'reader', action: RIGHTS.read } as const;
      await strapi.ask('setRight', { ...change, isGiven: false });
      try {
        const { page, go, call } = await enter('reader', { path: editPath(atlas.germany) });
        await page.getByRole('heading', { name: 'Germany' }).waitFor();
        await page.getByRole('complementary').first().waitFor();
        expect(await panelOf(page).count()).toBe(0);
        await go('/');
        await page.getByRole('heading', { name: /Hello/ }).waitFor();
        expect(await page.getByRole('link', { name: say('name') }).count()).toBe(0);
        expect(await page.getByText(say('widget.title')).count()).toBe(0);
        await go(PATHS.history);
        await page
          .getByRole('alert')
          .filter({ hasText: say('problem.forbidden') })
          .first()
          .waitFor();
        for (const path of [
          'history',
          'history.csv',
          'summary',
          'actors',
          'entries?search=',
          'tags?search=country',
          `entries/${COUNTRY}/${atlas.germany}`,
        ])
          expect((await call('GET', `/freshtag/${path}`)).status, path).toBe(403);
      } finally {
        await strapi.ask('setRight', { ...change, isGiven: true });
      }
    });

    test('has not logged in is answered nothing', async ({ expect }) => {
      const { url, atlas } = world();
      for (const path of ['history', 'settings', `entries/${COUNTRY}/${atlas.germany}`])
        expect((await fetch(`${url}/freshtag/${path}`)).status, path).toBe(401);
      const refresh = { method: 'POST', body: '{"all":true,"confirm":"production"}' };
      expect((await fetch(`${url}/freshtag/refresh`, refresh)).status).toBe(401);
    });
  });
};
