import { test } from 'vitest';

import { CONNECTION_STEPS } from '../../contract/admin-api.ts';
import { checkLook } from './check-look.ts';
import { PATHS } from './pages.ts';
import { say } from './texts.ts';
import { describeWorld } from './use-world.ts';
import { ACCESS_KEY_SECRET, COUNTRY } from './world.ts';

const HOOK = {
  url: 'https://build.example.com/hooks/a-path-that-is-secret',
  headers: { authorization: 'Bearer a-token-that-is-secret' },
};

describeWorld(
  'the settings page',
  {
    freshtag: (usual) => ({
      ...usual,
      environment: 'staging',
      targets: { ...usual.targets, site: { kind: 'rebuilt', hook: HOOK } },
    }),
  },
  (world) => {
    test('shows what is configured and where from, and no secret anywhere', async ({ expect }) => {
      const { enter, atlas } = world();
      const { page, go } = await enter('administrator', { path: '/auth/login' });
      const bodies: Promise<string>[] = [];
      page.on('response', (response) => {
        const isOurs = new URL(response.url()).pathname.startsWith('/freshtag/');
        if (isOurs) bodies.push(response.text().catch(() => ''));
      });
      await go(PATHS.settings);
      await page.getByText(say('settings.subtitle', { environment: 'staging' })).waitFor();
      await page.getByText(/^LTAI/).waitFor();
      await page.getByText(say('target.hook', { host: 'build.example.com' })).waitFor();
      const row = page.getByRole('row').filter({ hasText: 'relay.window' });
      await row
        .filter({ hasText: say('setting.from-config') })
        .first()
        .waitFor();
      await page.getByRole('button', { name: say('test.run') }).click();
      await page.getByText(say('test.over', { failed: 0 })).waitFor();
      const dom = await page.content();
      await go(PATHS.history);
      await page.getByRole('row').last().waitFor();
      await go(`${PATHS.tags}?search=country:${atlas.germany}`);
      await page.getByRole('row').last().waitFor();
      const all = [dom, await page.content(), ...(await Promise.all(bodies))];
      expect(all.length).toBeGreaterThan(10);
      for (const secret of [ACCESS_KEY_SECRET, 'a-path-that-is-secret', 'a-token-that-is-secret'])
        expect(all.filter((text) => text.includes(secret))).toEqual([]);
    });
  },
);

describeWorld(
  'the settings page of a broken configuration',
  {
    env: { ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'another-secret' },
    freshtag: (usual) => ({
      ...usual,
      targets: { api: { kind: 'dynamic', domain: 'unknown.example.com' } },
      types: {},
    }),
  },
  (world) => {
    test('says which steps fail, why, and what to do', async ({ expect }) => {
      const { enter } = world();
      const { page } = await enter('administrator', { path: PATHS.settings });
      await page.getByRole('button', { name: say('test.run') }).click();
      const step = (
        name: (typeof CONNECTION_STEPS)[number],
        result: 'passed' | 'failed' | 'unknown',
      ) =>
        page
          .getByRole('listitem')
          .filter({ hasText: say(`step.${name}`) })
          .filter({ hasText: say(`test.${result}`) });
      await step('credentials', 'passed').waitFor();
      await step('signature', 'failed')
        .filter({ hasText: say('problem.credentials') })
        .first()
        .waitFor();
      await page.getByText(/The test is over/).waitFor();
      await checkLook(page);
      expect(await page.content()).not.toContain('another-secret');
    });
  },
);

describeWorld(
  'the settings page without anything',
  {
    env: { ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' },
    freshtag: (usual) => ({ ...usual, targets: {}, types: {} }),
  },
  (world) => {
    test('says what to configure, and so does the panel', async () => {
      const { enter, atlas } = world();
      const { page, go } = await enter('administrator', { path: PATHS.settings });
      await page.getByText(say('settings.no-targets')).first().waitFor();
      await page.getByText(say('credentials.how')).waitFor();
      await checkLook(page);
      await go(PATHS.history);
      await page.getByText(say('history.nothing-yet')).waitFor();
      await checkLook(page);
      await go(`/content-manager/collection-types/${COUNTRY}/${atlas.germany}`);
      await page.getByText(say('panel.no-targets')).waitFor();
      await go('/');
      await page.getByText(say('widget.idle')).waitFor();
    });
  },
);
