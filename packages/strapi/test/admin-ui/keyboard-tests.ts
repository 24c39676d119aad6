import type { Page } from 'playwright-core';
import { describe, test } from 'vitest';

import { REFRESH_STATES } from '../../contract/admin-api.ts';
import { STILL } from './check-look.ts';
import { editPath, panelOf, PATHS, stateIn } from './pages.ts';
import { say } from './texts.ts';
import type { InWorld } from './use-world.ts';

/** In the page: what the focused element is called. */
const NAME = `(() => {
  const element = document.activeElement;
  const { ariaLabel, labels, innerText } = element;
  const title = document.getElementById(element.getAttribute('aria-labelledby'));
  return (ariaLabel ?? title?.innerText ?? labels?.[0]?.innerText ?? innerText ?? '').trim();
})()`;

/** In the page. The mark may be on what is around it, in it, or a part that only styles know. */
const IS_SEEN = `(async () => {
  const element = document.activeElement;
  const look = async () => {
    await ${STILL};
    return [element, element.parentElement, ...element.children]
      .flatMap((each) => [null, '::before', '::after'].map((part) => getComputedStyle(each, part)))
      .map(({ outline, boxShadow, border, color, backgroundColor }) =>
        [outline, boxShadow, border, color, backgroundColor].join())
      .join();
  };
  const withFocus = await look();
  element.blur();
  const without = await look();
  element.focus({ focusVisible: true, preventScroll: true });
  return withFocus !== without;
})()`;

/** Goes on with the key until something of that name has the focus. */
async function tabTo(
  page: Page,
  name: RegExp,
  onEach: (focused: string) => Promise<void> = async () => {},
): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 80) {
    await page.keyboard.press('Tab');
    const focused = String(await page.evaluate(NAME));
    await onEach(focused);
    if (name.test(focused)) return;
    passed.push(focused);
  }
  throw new Error(`nothing is called ${name}: ${passed.join(' | ')}`);
}

/** The same. @returns what has no name, or does not show that it has the focus */
async function inspectTo(page: Page, name: RegExp): Promise<readonly string[]> {
  const bad: string[] = [];
  await tabTo(page, name, async (focused) => {
    const isSeen = await page.evaluate(IS_SEEN);
    if (focused === '' || isSeen !== true)
      bad.push(focused || (await page.evaluate<string>('document.activeElement.outerHTML')));
  });
  return bad;
}

export const keyboardTests: InWorld = (world) => {
  describe('with the keyboard alone', () => {
    test('the panel is used, its dialog opened and closed, and the focus comes back', async ({
      expect,
    }) => {
      const { enter, atlas, edge } = world();
      const { page } = await enter('editor', { path: editPath(atlas.austria) });
      await stateIn(page, say('panel.live')).waitFor();
      await page.getByRole('button', { name: 'More document actions' }).focus();
      await tabTo(page, say('panel.refresh'));
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByText(say('refresh.extent', { tags: 3, calls: 3 })).waitFor();
      for (let presses = 0; presses < 6; presses += 1) {
        await page.keyboard.press('Tab');
        expect(await dialog.locator(':focus').count()).toBe(1);
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await panelOf(page)
        .locator('button:focus', { hasText: say('panel.refresh') })
        .waitFor();
      await page.keyboard.press('Enter');
      await dialog.getByText(say('refresh.extent', { tags: 3, calls: 3 })).waitFor();
      const first = edge.refreshes.length;
      await tabTo(page, say('refresh.begin'));
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await expect.poll(() => edge.refreshes.length, { timeout: 20_000 }).toBeGreaterThan(first);

      expect(await inspectTo(page, say('changes.all'))).toEqual([]);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: say('history.title') }).waitFor();
    });

    test('all controls of the pages are reached, have names, and show the focus', async ({
      expect,
    }) => {
      const { enter, atlas } = world();
      const { page, go } = await enter('administrator');
      for (const [path, last] of [
        [PATHS.history, /Austria/],
        [`${PATHS.tags}?search=country:${atlas.austria}`, say('refresh-all.open')],
        [PATHS.settings, say('policy.copy')],
      ] as const) {
        await go(path);
        await page.getByRole('main').getByRole('table').first().waitFor();
        await page.getByRole('main').focus();
        expect(await inspectTo(page, last), path).toEqual([]);
      }
    });

    test('an entry is found in the history, and a state chosen', async () => {
      const { enter } = world();
      const { page } = await enter('administrator', { path: PATHS.history });
      await page.getByRole('table').waitFor();
      await page.getByRole('button', { name: say('history.export') }).focus();
      await tabTo(page, say('filter.entry'));
      await page.keyboard.type('Austria');
      await page.getByRole('option', { name: /Austria/ }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL(/documentId=/);
      await tabTo(page, say('filter.state'));
      await page.keyboard.press('Enter');
      for (const state of REFRESH_STATES) {
        await page.locator('[role=option]:focus', { hasText: say(`state.${state}`) }).waitFor();
        if (state === 'live') break;
        await page.keyboard.press('ArrowDown');
      }
      await page.keyboard.press('Enter');
      await page.waitForURL(/state=live/);
      await page.getByRole('row').filter({ hasText: 'Austria' }).first().waitFor();
    });
  });
};
