import type { Page } from 'playwright-core';
import { describe, test } from 'vitest';

import { lookInFor, PATHS } from './pages.ts';
import { say } from './texts.ts';
import type { InWorld } from './use-world.ts';
import { COUNTRY } from './world.ts';

/** Waits until what has the focus is this, and is in sight. */
async function haveFocus(page: Page, selector: string, hasText: RegExp | string): Promise<void> {
  await page.locator(`${selector}:focus`).filter({ hasText }).waitFor();
}

async function press(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('button', { name }).focus();
  await page.keyboard.press('Enter');
}

export const focusTests: InWorld = (world) => {
  describe('the focus stays where something happens when its control goes away:', () => {
    /** The page of a refresh that waits for a person. */
    const openFailed = async (tag: string): Promise<Page> => {
      const { enter, edge } = world();
      edge.injectFault({ kind: 'refused', code: 'Forbidden.RAM', status: 403, times: 1000 });
      const { page, call, go } = await enter('administrator');
      await call('POST', '/freshtag/refresh', { tags: [tag] });
      await go(`${PATHS.history}?state=failed`);
      await page.getByRole('row').filter({ hasText: tag }).getByRole('link').first().click();
      await page.getByRole('button', { name: say('change.retry') }).waitFor();
      return page;
    };

    test('at the state of a change that is tried again', async () => {
      const { edge } = world();
      const page = await openFailed('tried-again');
      edge.clearFaults();
      await press(page, say('change.retry'));
      await page.getByText(say('change.retry-done')).first().waitFor();
      const complete = page.getByRole('status').filter({ hasText: say('state.complete') });
      await lookInFor(page, complete);
      await page.getByRole('button', { name: say('change.retry') }).waitFor({ state: 'detached' });
      await haveFocus(page, 'h2', say('change.state'));
    });

    test('at the state of a change that is given up, and at the button if it is not', async () => {
      const page = await openFailed('given-up-by-keyboard');
      await press(page, say('change.discard'));
      const dialog = page.getByRole('alertdialog');
      await dialog.getByRole('button', { name: say('action.cancel') }).focus();
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await haveFocus(page, 'button', say('change.discard'));
      await page.keyboard.press('Enter');
      await dialog.getByRole('button', { name: say('change.discard') }).focus();
      await page.keyboard.press('Enter');
      const status = page.getByRole('status').filter({ hasText: say('state.discarded') });
      await status.waitFor();
      await dialog.waitFor({ state: 'detached' });
      await page
        .getByRole('button', { name: say('change.discard') })
        .waitFor({ state: 'detached' });
      await haveFocus(page, 'h2', say('change.state'));
    });

    test('at the changes when newer ones are shown', async () => {
      const { enter, strapi } = world();
      const { page } = await enter('administrator', { path: PATHS.history });
      await page.getByRole('row').last().getByRole('link').first().focus();
      const entries = [{ name: 'Brobdingnag', code: 'brobdingnag' }];
      await strapi.ask('createEntries', { uid: COUNTRY, entries, status: 'published' });
      await lookInFor(page, page.getByRole('button', { name: say('history.newer') }));
      await press(page, say('history.newer'));
      await haveFocus(page, '[role=region]', 'Brobdingnag');
      await page.getByRole('status').getByText(say('history.newest-shown')).waitFor();
    });

    test('at the first of the tags that were not shown', async () => {
      const { enter } = world();
      const { page, call, go } = await enter('administrator');
      const tagOf = (number: number): string => `many-tags:${number}`;
      const tags = [...Array(8).keys()].map(tagOf);
      await call('POST', '/freshtag/refresh', { tags });
      await go(PATHS.history);
      await page
        .getByRole('row')
        .filter({ hasText: tagOf(0) })
        .getByRole('link')
        .first()
        .click();
      await press(page, say('tags.show-all', { count: tags.length }));
      await haveFocus(page, 'li', tagOf(5));
      await page
        .getByRole('status')
        .filter({ hasText: say('tags.shown', { count: tags.length }) })
        .waitFor();
      await page.keyboard.press('Tab');
      await haveFocus(page, 'li button', '');
    });
  });
};
