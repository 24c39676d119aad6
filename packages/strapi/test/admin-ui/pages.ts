import type { Locator, Page } from 'playwright-core';

import { say } from './texts.ts';
import { COUNTRY } from './world.ts';

/** Addresses below `/admin`. */
export const PATHS: Readonly<Record<'history' | 'tags' | 'settings' | 'countries', string>> = {
  history: '/plugins/freshtag',
  tags: '/plugins/freshtag/tags',
  settings: '/settings/freshtag',
  countries: `/content-manager/collection-types/${COUNTRY}`,
};

export function editPath(documentId: string, uid: string = COUNTRY): string {
  return `/content-manager/collection-types/${uid}/${documentId}`;
}

/** The panel beside an entry. */
export function panelOf(page: Page, language = 'en'): Locator {
  return page.getByRole('complementary').filter({ hasText: say('panel.title', {}, language) });
}

/** What the panel says of the entry’s state. */
export function stateIn(page: Page, text: string | RegExp): Locator {
  return panelOf(page).getByRole('status').filter({ hasText: text });
}

/** What the widget of the home page shows. */
export function widgetOf(page: Page, language = 'en'): Locator {
  return page
    .getByRole('region', { name: say('widget.title', {}, language) })
    .locator('main > div');
}

/** Of a list in the content manager. */
export function listRow(page: Page, title: string): Locator {
  return page
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell', { name: title, exact: true }) });
}

/**
 * Waits for what the page will show, as a reader who looks in again and again: it asks Strapi at once
 * then, instead of when it would by itself.
 */
export async function lookInFor(page: Page, wanted: Locator): Promise<void> {
  const endMs = Date.now() + LONGEST_LOOK_MS;
  while (!(await wanted.isVisible())) {
    if (Date.now() > endMs) throw new Error(`it does not show ${String(wanted)}`);
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await wanted.waitFor({ timeout: LOOK_MS }).catch(() => {});
  }
}

const LONGEST_LOOK_MS = 30_000;
const LOOK_MS = 500;
