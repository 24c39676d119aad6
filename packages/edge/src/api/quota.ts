import type { Clock } from '@freshtag/core';

import { Refusal } from './refusal.ts';
import type { ObjectType } from './tasks.ts';

/** What an account may refresh in a day. Refreshes by tag spend none of it: the cloud names no quota for them. */
export interface Quota {
  /** @throws Refusal when it is not enough; nothing is spent then */
  spend(type: ObjectType, count: number): void;
  /** `UrlQuota`, `UrlRemain` and so on, as the cloud tells them: as strings. */
  report(): Readonly<Record<string, string>>;
}

const QUOTAS = {
  file: { name: 'Url', perDay: 10_000 },
  directory: { name: 'Dir', perDay: 100 },
  regex: { name: 'Regex', perDay: 20 },
  preload: { name: 'Preload', perDay: 1000 },
  block: { name: 'Block', perDay: 100 },
  IgnoreParams: { name: 'IgnoreParams', perDay: 100 },
} as const;
const DAY_MS = 24 * 60 * 60_000;
// A guess: midnight in Beijing.
const DAY_BEGINS_MS = 8 * 60 * 60_000;

export function createQuota(clock: Pick<Clock, 'now'>): Quota {
  const used = new Map<string, number>();
  let day = Number.NaN;
  const usedToday = (type: string): number => {
    const today = Math.floor((clock.now() + DAY_BEGINS_MS) / DAY_MS);
    if (today !== day) used.clear();
    day = today;
    return used.get(type) ?? 0;
  };
  return {
    spend: (type, count) => {
      if (type === 'tag') return;
      const total = usedToday(type) + count;
      if (total > QUOTAS[type].perDay) {
        throw new Refusal(
          400,
          'QuotaExceeded.Refresh',
          'Your refresh attempts have exceeded the daily limit.',
        );
      }
      used.set(type, total);
    },
    report: () =>
      Object.fromEntries(
        Object.entries(QUOTAS).flatMap(([type, { name, perDay }]) => [
          [`${name}Quota`, String(perDay)],
          [`${name}Remain`, String(perDay - usedToday(type))],
        ]),
      ),
  };
}
