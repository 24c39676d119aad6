import {
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  property,
  record,
  string,
} from 'fast-check';
import { describe, test } from 'vitest';

import { canonicalQuery } from '../src/dcdn/signature.ts';
import { refreshQuery } from '../src/dcdn/refresh-by-cache-tag.ts';
import type { ClaimedRow } from '../src/relay/outbox.ts';
import { packWork, uniteRows, type PackOptions, type RowCall } from '../src/relay/unite.ts';
import { isPageTag, overflowTag, typeOf } from '../src/tags/names.ts';

const endpoint = 'https://dcdn.aliyuncs.com';
const rows = array(
  record({
    domain: constantFrom('a.example.com', 'b.example.com'),
    type: constantFrom('page', 'article', 'news', 'list%'),
    id: string({
      unit: constantFrom('a', 'b', '%', '/'),
      minLength: 1,
      maxLength: 100,
      size: 'max',
    }),
    force: boolean(),
  }),
  { maxLength: 120, size: 'max' },
).map((drawn) =>
  drawn.map(({ domain, type, id, force }, index): ClaimedRow => ({
    id: index + 1,
    domain,
    tag: type === 'page' ? `page:/${id}` : id.length % 7 === 0 ? type : `${type}:${id}`,
    force,
    appendedAtMs: 0,
    attempts: 0,
  })),
);
const limits = record({
  maxTagsPerCall: integer({ min: 2, max: 60 }),
  maxCacheTagCharacters: integer({ min: 259, max: 4000 }),
  maxUrlBytes: integer({ min: 1400, max: 4000 }),
}).map((some) => ({ ...some, maxCallsPerSecond: 5 }));

function pack(claimed: readonly ClaimedRow[], options: PackOptions): RowCall[] {
  return uniteRows(claimed).flatMap((work) => packWork(work, options));
}

function urlBytes({ domain, tags, force }: RowCall): number {
  const query = refreshQuery({ domainName: domain, cacheTags: tags, force });
  return `${endpoint}/?${canonicalQuery(query)}`.length;
}

function needsOf(tag: string, includeOverflow: boolean): string[] {
  return includeOverflow && !isPageTag(tag) ? [tag, overflowTag(typeOf(tag))] : [tag];
}

describe('the calls for claimed rows', () => {
  test('have every row exactly once, and with it all that it needs', ({ expect }) => {
    assert(
      property(rows, limits, boolean(), (claimed, someLimits, includeOverflow) => {
        const calls = pack(claimed, { endpoint, limits: someLimits, includeOverflow });

        const carried = calls.flatMap((call) => call.rows.map(({ row }) => row.id));
        expect(carried.toSorted((a, b) => a - b)).toEqual(claimed.map(({ id }) => id));
        for (const { domain, force, tags, rows: carriedRows } of calls) {
          expect(new Set(tags).size).toBe(tags.length);
          for (const { row, needs } of carriedRows) {
            expect(needs).toEqual(needsOf(row.tag, includeOverflow));
            expect(tags).toEqual(expect.arrayContaining([...needs]));
            expect(row.domain).toBe(domain);
            const forced = claimed.some(
              (other) => other.domain === domain && other.tag === row.tag && other.force,
            );
            expect(force).toBe(forced);
          }
        }
      }),
    );
  });

  test('are within every limit, and refresh no tag twice', ({ expect }) => {
    assert(
      property(rows, limits, boolean(), (claimed, someLimits, includeOverflow) => {
        const calls = pack(claimed, { endpoint, limits: someLimits, includeOverflow });

        for (const call of calls) {
          expect(call.tags.length).toBeLessThanOrEqual(someLimits.maxTagsPerCall);
          expect(call.tags.join(',').length).toBeLessThanOrEqual(someLimits.maxCacheTagCharacters);
          expect(urlBytes(call)).toBeLessThanOrEqual(someLimits.maxUrlBytes);
        }
        const own = calls.flatMap(({ domain, rows: some }) =>
          [...new Set(some.map(({ row }) => row.tag))].map((tag) => `${domain} ${tag}`),
        );
        expect(new Set(own).size).toBe(own.length);
      }),
    );
  });

  test('are as few as the number of tags allows, with their overflow tags', ({ expect }) => {
    const someLimits = {
      maxTagsPerCall: 100,
      maxCacheTagCharacters: 16_384,
      maxUrlBytes: 8000,
      maxCallsPerSecond: 5,
    };
    const claimed = Array.from({ length: 10_000 }, (_, index): ClaimedRow => {
      const number = index % 2000;
      const tag = `type-${number % 5}:${number}`;
      return { id: index, domain: 'a.example.com', tag, force: true, appendedAtMs: 0, attempts: 0 };
    });

    const calls = pack(claimed, { endpoint, limits: someLimits, includeOverflow: true });

    // 2,000 tags, and in each call one overflow tag at least.
    expect(calls.length).toBeLessThanOrEqual(Math.ceil(2000 / 99) + 1);
  });
});
