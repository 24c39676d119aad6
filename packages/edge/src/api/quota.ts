import type { Clock } from '@freshtag/core';

import { quotaExceeded } from './fault-effects.ts';
import { Refusal } from './refusal.ts';
import type { ObjectType, TaskObject } from './tasks.ts';

/** What an account may refresh in a day, by type of object. */
export type DailyQuotas = Readonly<Partial<Record<ObjectType, number>>>;

/** What an account may still refresh today, and in this minute. */
export interface Quota {
  /** @throws Refusal when it is not enough; nothing is spent then */
  spend(type: ObjectType, objects: readonly TaskObject[]): void;
  /** `UrlQuota`, `UrlRemain` and so on, as the cloud tells them: as strings, and nothing of tags. */
  report(): Readonly<Record<string, string>>;
}

export interface QuotaOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly dailyQuotas: DailyQuotas;
}

/**
 * The defaults of an account; the cloud names none for tags.
 *
 * @see https://www.alibabacloud.com/help/en/edge-security-acceleration/dcdn/developer-reference/api-dcdn-2018-01-15-refreshdcdnobjectcaches
 */
const DAILY_QUOTAS = {
  file: 10_000,
  directory: 100,
  regex: 20,
  preload: 1000,
  block: 100,
  IgnoreParams: 100,
  tag: Infinity,
} as const;
const REPORTED = {
  file: 'Url',
  directory: 'Dir',
  regex: 'Regex',
  preload: 'Preload',
  block: 'Block',
  IgnoreParams: 'IgnoreParams',
} as const;
const DAY_MS = 24 * 60 * 60_000;
// A guess: midnight in Beijing.
const DAY_BEGINS_MS = 8 * 60 * 60_000;
const MINUTE_MS = 60_000;
const MAX_URLS_PER_MINUTE = 10_000;

export function createQuota({ clock, dailyQuotas }: QuotaOptions): Quota {
  const quotas: Readonly<Record<string, number>> = { ...DAILY_QUOTAS, ...dailyQuotas };
  const used = new Map<string, number>();
  const minute = createMinute(clock);
  let day = Number.NaN;
  const remaining = (type: string): number => {
    const today = Math.floor((clock.now() + DAY_BEGINS_MS) / DAY_MS);
    if (today !== day) used.clear();
    day = today;
    return (quotas[type] ?? 0) - (used.get(type) ?? 0);
  };
  return {
    spend: (type, objects) => {
      const count = type === 'tag' ? tagsIn(objects) : objects.length;
      if (type === 'file') minute.check(objects);
      if (count > remaining(type)) throw quotaExceeded(type);
      if (type === 'file') minute.spend(objects);
      used.set(type, (used.get(type) ?? 0) + count);
    },
    report: () =>
      Object.fromEntries(
        Object.entries(REPORTED).flatMap(([type, name]) => [
          [`${name}Quota`, String(quotas[type])],
          [`${name}Remain`, String(remaining(type))],
        ]),
      ),
  };
}

/** A guess: each tag of a call counts. */
function tagsIn(objects: readonly TaskObject[]): number {
  return objects.reduce((sum, { objectPath }) => sum + objectPath.split(',').length, 0);
}

interface Minute {
  /** @throws Refusal when these are too many for their domain in one minute */
  check(objects: readonly TaskObject[]): void;
  spend(objects: readonly TaskObject[]): void;
}

/** URLs of the last minute, domain by domain. */
function createMinute(clock: Pick<Clock, 'now'>): Minute {
  const byDomain = new Map<string, readonly { readonly atMs: number; readonly count: number }[]>();
  const recent = (domain: string): readonly { readonly atMs: number; readonly count: number }[] => {
    const kept = (byDomain.get(domain) ?? []).filter(({ atMs }) => atMs > clock.now() - MINUTE_MS);
    byDomain.set(domain, kept);
    return kept;
  };
  return {
    check: (objects) => {
      for (const [domain, count] of countDomains(objects)) {
        const spent = recent(domain).reduce((sum, call) => sum + call.count, 0);
        if (spent + count > MAX_URLS_PER_MINUTE)
          throw new Refusal(
            400,
            'QuotaPerMinuteExceeded.Refresh',
            'You tried to refresh too frequently; please try again later.',
          );
      }
    },
    spend: (objects) => {
      for (const [domain, count] of countDomains(objects))
        byDomain.set(domain, [...recent(domain), { atMs: clock.now(), count }]);
    },
  };
}

function countDomains(objects: readonly TaskObject[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { domain } of objects) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  return counts;
}
