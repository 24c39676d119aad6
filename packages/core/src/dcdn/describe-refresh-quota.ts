import type { DcdnClient } from './client.ts';

/** What is left of one kind of refresh today. */
export interface Quota {
  readonly kind: 'url' | 'directory' | 'regex' | 'preload' | 'block' | 'ignore-params';
  readonly limit: number;
  readonly remaining: number;
}

const FIELDS: readonly (readonly [Quota['kind'], string])[] = [
  ['url', 'Url'],
  ['directory', 'Dir'],
  ['regex', 'Regex'],
  ['preload', 'Preload'],
  ['block', 'Block'],
  ['ignore-params', 'IgnoreParams'],
];

/**
 * The account's quotas of the day. There is none for tags among them, though a refresh by tag can
 * be answered with `QuotaExceeded.Refresh`: which of these it spends is undocumented.
 *
 * @see https://www.alibabacloud.com/help/en/edge-security-acceleration/dcdn/developer-reference/api-dcdn-2018-01-15-describedcdnrefreshquota
 * @returns the kinds that the cloud answers
 * @throws DcdnError, FreshtagError `ENDPOINT_UNREACHABLE`, `API_UNREADABLE`
 */
export async function describeRefreshQuota(
  client: DcdnClient,
  signal?: AbortSignal,
): Promise<Quota[]> {
  const answer = await client.call('DescribeDcdnRefreshQuota', {}, signal);
  return FIELDS.flatMap(([kind, name]) => {
    const limit = readNumber(answer[`${name}Quota`]);
    const remaining = readNumber(answer[`${name}Remain`]);
    return limit === undefined || remaining === undefined ? [] : [{ kind, limit, remaining }];
  });
}

function readNumber(value: unknown): number | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
