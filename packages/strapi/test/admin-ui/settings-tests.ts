import { describe, test } from 'vitest';

import { CONNECTION_STEPS } from '../../contract/admin-api.ts';
import { checkLook } from './check-look.ts';
import { PATHS } from './pages.ts';
import { say } from './texts.ts';
import type { InWorld } from './use-world.ts';
import { CMS } from './world.ts';

export const settingsTests: InWorld = (world) => {
  describe('the settings page', () => {
    test('tests the connection step by step, and all are passed', async ({ expect }) => {
      const { enter } = world();
      const { page } = await enter('administrator', { path: PATHS.settings });
      await page.getByRole('button', { name: say('test.run') }).click();
      await page.getByText(say('test.over', { failed: 0 })).waitFor();
      for (const step of CONNECTION_STEPS)
        await page
          .getByRole('listitem')
          .filter({ hasText: say(`step.${step}`) })
          .filter({ hasText: say('test.passed') })
          .waitFor();
      expect(CONNECTION_STEPS.length).toBe(8);
    });

    test('previews what an entry carries and refreshes', async ({ expect }) => {
      const { enter, atlas } = world();
      const { page } = await enter('administrator', { path: PATHS.settings });
      const preview = page.getByRole('region', { name: say('preview.title') });
      await preview.getByRole('combobox', { name: say('preview.type') }).click();
      await page.getByRole('option', { name: 'Country', exact: true }).click();
      await preview.getByRole('combobox', { name: say('preview.entry') }).fill('Austria');
      await page.getByRole('option', { name: /Austria/ }).click();
      await preview.getByText(`country:${atlas.austria}:en`).first().waitFor();
      await preview.getByText(`http://${CMS}/api/countries/${atlas.austria}?locale=en`).waitFor();
      await checkLook(page);
      expect(await preview.getByText('country:all').count()).toBeGreaterThan(0);
    });

    test('has the policy to paste, with the least that is needed', async ({ expect }) => {
      const { enter } = world();
      const permissions = ['clipboard-read', 'clipboard-write'];
      const { page } = await enter('administrator', { path: PATHS.settings, permissions });
      await page.getByRole('button', { name: say('policy.copy') }).click();
      await page.getByText(say('action.copied')).first().waitFor();
      const policy = JSON.parse(String(await page.evaluate('navigator.clipboard.readText()')));
      const actions = policy.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
      expect(actions).toContain('dcdn:RefreshDcdnObjectCacheByCacheTag');
      expect(actions.filter((action: string) => action.endsWith('*'))).toEqual([]);
    });
  });
};
