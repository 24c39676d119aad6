import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Locator, Page } from 'playwright-core';

import type { Change, HistoryPage } from '../../contract/admin-api.ts';
import { ageHistory } from './age-history.ts';
import type { RoleName } from './processes/commands.ts';
import type { EnterOptions, Visit } from './visits.ts';
import { COUNTRY, openWorld, type World, type WorldOptions } from './world.ts';

export const WIDE = { width: 1280, height: 800 };
/** So that all of a refresh is seen. */
export const TALL = { width: 1280, height: 1040 };
/** So that all of a panel or of a connection test is seen. */
export const HIGH = { width: 1280, height: 1400 };
export const NARROW = { width: 360, height: 740 };

const STILL = `Promise.all([document.fonts.ready, ...document.getAnimations()
  .filter(({ effect }) => effect.getTiming().iterations !== Infinity)
  .map(({ finished }) => finished.catch(() => {}))])`;

/** A world with a past, and a camera. */
export interface Studio extends Omit<World, 'enter'> {
  readonly age: (durationMs: number) => Promise<void>;
  readonly open: (path: string, options?: OpenOptions) => Promise<Visit>;
  /** A country. @returns its id */
  readonly publish: (name: string) => Promise<string>;
  /** Until no refresh is on its way any more. */
  readonly rest: () => Promise<void>;
  /** @param part Default: the window */
  readonly take: (name: string, page: Page, part?: Locator, until?: Locator) => Promise<void>;
}

export interface OpenOptions extends EnterOptions {
  /** Default `administrator`. */
  readonly role?: RoleName;
}

export async function openStudio(folder: string, options: WorldOptions = {}): Promise<Studio> {
  mkdirSync(folder, { recursive: true });
  const world = await openWorld(options);
  if (world === undefined) throw new Error('SQLite is always there');
  const { enter, strapi } = world;
  let desk: Visit | undefined;
  return {
    ...world,
    age: (durationMs) => ageHistory(strapi, durationMs),
    open: async (path, { role = 'administrator', ...about } = {}) =>
      enter(role, { path, viewport: WIDE, ...about }),
    publish: async (name) => {
      const entries = [{ name, code: name.toLowerCase() }];
      const about = { uid: COUNTRY, entries, status: 'published' } as const;
      const [documentId = ''] = await strapi.ask('createEntries', about);
      return documentId;
    },
    rest: async () => {
      const { call, page } = (desk ??= await enter('administrator'));
      for (;;) {
        const { body } = await call('GET', '/freshtag/history');
        const { changes } = body as HistoryPage;
        if (changes.every(isOver)) return;
        await page.waitForTimeout(100);
      }
    },
    take: async (name, page, part, until) => {
      await page.mouse.move(0, 0);
      await page.evaluate(STILL);
      const path = join(folder, `${name}.png`);
      const clip = part && (await boxOf(part, until));
      await page.screenshot({
        path,
        animations: 'disabled',
        ...(clip && { clip }),
        fullPage: part !== undefined,
      });
    },
  };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Of a part, or of it as far as one inside it. */
async function boxOf(part: Locator, until?: Locator): Promise<Box> {
  await part.scrollIntoViewIfNeeded();
  const [box, last] = [await part.boundingBox(), await (until ?? part).boundingBox()];
  if (box === null || last === null) throw new Error('there is nothing to be seen');
  return {
    x: box.x - AROUND_PX,
    y: box.y - AROUND_PX,
    width: box.width + 2 * AROUND_PX,
    height: last.y + last.height - box.y + AROUND_PX + (until ? PADDING_PX : AROUND_PX),
  };
}

const AROUND_PX = 8;
const PADDING_PX = 16;

/** Countries are seen to be live, or known not to be; of what has no pages, complete is the end. */
function isOver({ entry, state, problem }: Change): boolean {
  const isSeen = entry?.uid !== COUNTRY || problem !== undefined;
  return state === 'live' || (state === 'complete' && isSeen);
}
