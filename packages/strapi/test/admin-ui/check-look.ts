import axe, { type AxeResults, type RuleObject } from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

import { TEXTS } from './texts.ts';

/** What is Strapi’s own around our parts, and not good. */
const OF_STRAPI = { 'landmark-unique': { enabled: false }, region: { enabled: false } } as const;

/** Resolves in a page when what fades in or out there has done so. */
export const STILL: string = `Promise.all(document.getAnimations()
  .filter(({ effect }) => effect.getTiming().iterations !== Infinity)
  .map(({ finished }) => finished.catch(() => {})))`;
const KEYS = Object.keys(TEXTS['en'] ?? {}).map((key) => `freshtag.${key}`);

/**
 * Looks over what is shown: no raw key of a text, nothing that is not a value, nothing beside the screen,
 * nothing that axe-core finds.
 * @param part what is ours in a page of Strapi’s. Default: all of a page of ours
 */
export async function checkLook(page: Page, part?: Locator): Promise<void> {
  const scope = part ?? page.locator('main');
  const where = page.url();
  // Colours under the mouse are Strapi’s, and those of what fades in are not the last.
  await page.mouse.move(0, 0);
  await page.evaluate(STILL);
  const shown = await scope.innerText();
  expect(shown, where).not.toMatch(/undefined|NaN|\[object|Invalid Date/);
  expect(KEYS.filter((key) => shown.includes(key))).toEqual([]);
  const beside: unknown = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(beside, `${where} is too wide`).toBeLessThanOrEqual(0);
  await page.evaluate(axe.source);
  const rules = part === undefined ? {} : OF_STRAPI;
  const { violations } = await scope.evaluate(runAxe, rules);
  const told = violations.map(({ id, nodes }) => [
    id,
    ...nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
  ]);
  expect(told, where).toEqual([]);
}

/** In the page. */
async function runAxe(element: unknown, rules: RuleObject): Promise<AxeResults> {
  const { axe: there } = globalThis as unknown as { readonly axe: typeof axe };
  return there.run(element as never, { rules });
}
