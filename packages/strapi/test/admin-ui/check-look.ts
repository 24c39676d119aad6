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
/** In the page. Texts for screen readers alone take a pixel; a head that stays has a ground. */
const OVERLAPPING = `(part) => {
  const isApart = (element) => element !== part && (element.offsetWidth <= 1 ||
    /sticky|fixed/.test(getComputedStyle(element).position) || isApart(element.parentElement));
  const shown = [];
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { currentNode: text } = texts;
    if (!text.parentElement.checkVisibility() || isApart(text.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const { left, right, top, bottom } of range.getClientRects())
      shown.push({ text, left, right, top, bottom });
  }
  const areOver = (one, other) => one.text !== other.text &&
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 6;
  return shown.flatMap((one, index) => shown.slice(index + 1)
    .filter((other) => areOver(one, other))
    .map((other) => one.text.data + ' | ' + other.text.data));
}`;
const KEYS = Object.keys(TEXTS['en'] ?? {}).map((key) => `freshtag.${key}`);

/**
 * Looks over what is shown: no raw key of a text, nothing that is not a value, nothing beside the screen, no
 * text over another, nothing that axe-core finds.
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
  expect(await scope.evaluate(callThere, OVERLAPPING), where).toEqual([]);
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

/** In the page. */
function callThere(element: unknown, source: string): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval -- the DOM has no types here
  return new Function(`return ${source}`)()(element);
}
