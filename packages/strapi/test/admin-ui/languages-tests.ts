import type { Page } from 'playwright-core';
import { describe, test } from 'vitest';

import type { TextKey } from '../../admin/src/translations/keys.ts';
import { ageHistory } from './age-history.ts';
import { checkLook } from './check-look.ts';
import { editPath, panelOf, PATHS, widgetOf } from './pages.ts';
import { say, TEXTS } from './texts.ts';
import type { InWorld } from './use-world.ts';
import type { EnterOptions } from './visits.ts';

/** Each language in another light and on another screen. */
const READERS: readonly (EnterOptions & { readonly language: string })[] = [
  { language: 'en', colorScheme: 'light' },
  { language: 'de', colorScheme: 'dark' },
  { language: 'fr', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
  { language: 'zh-Hans', colorScheme: 'light', viewport: { width: 320, height: 700 } },
];

const DAY_MS = 86_400_000;
/** Of two columns on the home page, of one, and of a telephone. */
const WIDTHS = [1440, 1280, 900, 360];

describe('texts', () => {
  test('are the same in all languages, but their words', ({ expect }) => {
    const { en = {} } = TEXTS as Readonly<Record<string, Readonly<Record<string, string>>>>;
    for (const texts of Object.values(TEXTS)) {
      expect(Object.keys(texts).sort()).toEqual(Object.keys(en).sort());
      for (const [key, text] of Object.entries(texts))
        expect(unlike(en[key] ?? '', text), key).toEqual([]);
    }
  });
});

/** Names of values that one text has and the other has not. What is only counted may be left out. */
function unlike(english: string, other: string): readonly string[] {
  const [needed, known] = [shownIn(english), [...shownIn(english), ...countedIn(english)]];
  const used = [...shownIn(other), ...countedIn(other)];
  return [
    ...needed.filter((name) => !used.includes(name)),
    ...used.filter((name) => !known.includes(name)),
  ];
}

function countedIn(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+), plural,/g)].map(([, name = '']) => name);
}

/** Words in braces after these are branches of a plural. */
function shownIn(text: string): readonly string[] {
  const found = text.matchAll(/(?<!(?:one|many|other|=\d) )\{(\w+)(?:\}|, (?!plural))/g);
  return [...found].map(([, name = '']) => name);
}

/** How many of the widget's figures are side by side, row by row. */
async function figuresInRows(page: Page, language: string): Promise<readonly number[]> {
  const tops: number[] = [];
  for (const term of await widgetOf(page, language).locator('dt').all())
    tops.push(Math.round((await term.boundingBox())?.y ?? 0));
  return [...Map.groupBy(tops, (top) => top).values()].map(({ length }) => length);
}

export const languagesTests: InWorld = (world) => {
  describe('the admin panel', () => {
    for (const reader of READERS) {
      const { language } = reader;
      test(`has the figures of its widget in rows of the same length in ${language}`, async ({
        expect,
      }) => {
        const { enter } = world();
        const { page } = await enter('administrator', reader);
        await widgetOf(page, language)
          .getByText(say('widget.quota', {}, language))
          .waitFor();
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          await expect
            .poll(async () => new Set(await figuresInRows(page, language)).size, {
              message: `${width} pixels`,
            })
            .toBe(1);
          await checkLook(page, widgetOf(page, language));
        }
      });

      test(`is readable in ${reader.language}, ${reader.colorScheme}`, async ({ expect }) => {
        const { enter, atlas, strapi } = world();
        const { page, go } = await enter('administrator', reader);
        const see = async (key: TextKey): Promise<void> => {
          await page
            .getByText(say(key, {}, language))
            .first()
            .waitFor();
        };
        await see('widget.fresh');
        await checkLook(page, widgetOf(page, language));
        // Times of another day need the most room.
        await ageHistory(strapi, DAY_MS);
        await go(editPath(atlas.germany));
        await see('panel.live');
        await checkLook(page, panelOf(page, language));
        await go(PATHS.history);
        await see('history.subtitle');
        await page.getByRole('row').last().waitFor();
        await checkLook(page);
        await page.getByRole('row').last().getByRole('link').first().click();
        await see('change.time-line');
        await checkLook(page);
        const time = page.getByRole('listitem').locator('time').first();
        const atMs = Date.parse((await time.getAttribute('datetime')) ?? '');
        const format = `new Intl.DateTimeFormat('${language}', { dateStyle: 'medium', timeStyle: 'medium' })`;
        expect(await time.innerText()).toBe(await page.evaluate(`${format}.format(${atMs})`));
        await go(`${PATHS.tags}?search=country:${atlas.germany}`);
        await page.getByRole('row').last().waitFor();
        await checkLook(page);
        await page.getByRole('button', { name: say('refresh-all.open', {}, language) }).click();
        await see('refresh.confirm-hint');
        await checkLook(page, page.getByRole('dialog'));
        await go(PATHS.settings);
        await page.getByRole('button', { name: say('test.run', {}, language) }).click();
        await page.getByText(say('test.over', { failed: 0 }, language)).waitFor();
        await checkLook(page);
      }, 120_000);
    }
  });
};
