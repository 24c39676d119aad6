import { describe, test } from 'vitest';

import { checkLook } from './check-look.ts';
import { editPath, panelOf, PATHS, stateIn, widgetOf } from './pages.ts';
import { say } from './texts.ts';
import type { InWorld } from './use-world.ts';
import { CMS, COUNTRY } from './world.ts';

export const panelTests: InWorld = (world) => {
  describe('the panel', () => {
    test('says of a draft that visitors do not see it', async () => {
      const { enter, atlas } = world();
      const { page } = await enter('editor', { path: editPath(atlas.utopia) });
      await stateIn(page, say('panel.draft')).waitFor();
    });

    test('says of an entry that is not saved what it will tell, and shows it then', async () => {
      const { enter } = world();
      const { page } = await enter('editor', { path: `${PATHS.countries}/create` });
      await panelOf(page).getByText(say('panel.unsaved')).waitFor();
      await page.getByLabel(/^name/).fill('Ruritania');
      await page.getByLabel(/^code/).fill('ruritania');
      await page.getByRole('button', { name: 'Save' }).click();
      await stateIn(page, say('panel.draft')).waitFor();
      await page.getByRole('button', { name: 'Publish' }).click();
      await stateIn(page, say('panel.live')).waitFor();
    });

    test('says complete where the type has no pages, and how to get more', async () => {
      const { enter, atlas } = world();
      const path = editPath(atlas.europe, 'api::region.region');
      const { page } = await enter('administrator', { path });
      await stateIn(page, say('panel.complete')).waitFor();
      await panelOf(page).getByText(say('panel.no-urls')).waitFor();
      await panelOf(page)
        .getByRole('link', { name: say('panel.settings') })
        .click();
      await page.waitForURL(`**${PATHS.settings}`);
    });

    test('says of a type without tags that nothing is refreshed', async () => {
      const { enter, strapi } = world();
      const uid = 'plugin::users-permissions.user';
      const entries = [{ username: 'ada', email: 'ada@example.com', provider: 'local' }];
      const [documentId = ''] = await strapi.ask('createEntries', { uid, entries });
      const { page } = await enter('administrator', { path: editPath(documentId, uid) });
      await stateIn(page, say('panel.untagged')).waitFor();
    });

    test('says stale where the edge goes on serving old content, and so does the widget', async ({
      expect,
    }) => {
      const { enter, strapi, edge, origin } = world();
      const entries = [{ name: 'Laputa', code: 'laputa' }];
      const about = { uid: COUNTRY, entries, status: 'published' } as const;
      const [documentId = ''] = await strapi.ask('createEntries', about);
      const { page, go } = await enter('editor', { path: editPath(documentId) });
      await stateIn(page, say('panel.live')).waitFor();
      // What is stored without its tags, no refresh by tag can find.
      const sendTags = origin.leaveOut('cache-tag');
      await edge.refresh({ domain: CMS, tags: ['country:all'], force: true });
      await fetch(`${edge.url}/api/countries/${documentId}?locale=en`);
      await page.getByLabel('officialName').fill('Flying island');
      await page.getByRole('button', { name: 'Publish' }).click();
      // It is looked again after 2, 4 … 64 seconds. Not further: calls are signed with the time.
      await expect
        .poll(
          async () => {
            await strapi.ask('skip', { durationMs: 20_000 });
            return stateIn(page, say('panel.stale')).isVisible();
          },
          { timeout: 30_000, interval: 1000 },
        )
        .toBe(true);
      await panelOf(page).getByText(say('problem.edge-stale')).waitFor();
      sendTags();
      await go('/');
      await widgetOf(page)
        .getByText(say('widget.stale', { stale: 1 }))
        .waitFor();
      await checkLook(page, widgetOf(page));
      await page.getByRole('link', { name: say('widget.stale-link') }).click();
      const row = page.getByRole('row').filter({ hasText: 'Laputa' });
      await row.filter({ hasText: say('state.stale') }).waitFor();
      expect(await page.getByRole('row').count()).toBe(2);
    });

    test('has the entry’s tags to copy, its pages, and who refreshed it last', async ({
      expect,
    }) => {
      const { enter, atlas } = world();
      const permissions = ['clipboard-read', 'clipboard-write'];
      const { page } = await enter('editor', { path: editPath(atlas.germany), permissions });
      const panel = panelOf(page);
      const tag = `country:${atlas.germany}:en`;
      await panel.getByRole('button', { name: say('tags.copy', { tag }) }).click();
      await page.getByText(say('action.copied')).first().waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(tag);
      const url = `http://cms.example.com/api/countries/${atlas.germany}?locale=en`;
      expect(await panel.getByRole('link', { name: url }).getAttribute('href')).toBe(url);

      await page.getByLabel('officialName').fill('Federal Republic of Germany');
      await page.getByRole('button', { name: 'Publish' }).click();
      const last = panel
        .getByRole('region', { name: say('changes.list') })
        .getByRole('listitem')
        .first();
      await last
        .filter({ hasText: say('reason.publish') })
        .filter({ hasText: 'Edith Lovelace' })
        .waitFor();
      await last.filter({ hasText: say('state.live') }).waitFor();
      await last.getByRole('link').click();
      await page.getByRole('heading', { name: say('change.time-line') }).waitFor();
    });
  });
};
