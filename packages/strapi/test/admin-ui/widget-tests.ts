import { describe, test } from 'vitest';

import { checkLook } from './check-look.ts';
import { PATHS, widgetOf } from './pages.ts';
import { say } from './texts.ts';
import type { InWorld } from './use-world.ts';

export const widgetTests: InWorld = (world) => {
  describe('the widget', () => {
    test('says that all is refreshed, and how many calls that took today', async ({ expect }) => {
      const { enter, edge } = world();
      const { page } = await enter('reader');
      await widgetOf(page).getByText(say('widget.fresh')).waitFor();
      const calls = widgetOf(page)
        .locator('dt', { hasText: say('widget.calls') })
        .locator('+ dd');
      expect(await calls.innerText()).toBe(String(edge.refreshes.length));
      await checkLook(page, widgetOf(page));
    });

    test('says what waits, what failed, and leads there', async () => {
      const { enter, edge, cloud } = world();
      const letGo = cloud.hold();
      const { page, call, go } = await enter('administrator');
      await call('POST', '/freshtag/refresh', { tags: ['slow-tag'] });
      await go('/');
      await widgetOf(page).getByText(say('widget.behind')).waitFor();
      edge.injectFault({ kind: 'refused', code: 'Forbidden.RAM', status: 403, times: 1000 });
      letGo();
      await go(PATHS.history);
      await page
        .getByRole('row')
        .filter({ hasText: 'slow-tag' })
        .filter({ hasText: say('state.failed') })
        .waitFor();
      await go('/');
      await widgetOf(page)
        .getByText(say('widget.stuck', { failed: 1 }))
        .waitFor();
      await checkLook(page, widgetOf(page));
      await page.getByRole('link', { name: say('widget.failed-link') }).click();
      await page.getByRole('row').filter({ hasText: 'slow-tag' }).waitFor();
    });
  });
};
