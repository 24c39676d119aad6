import { createMemoryOutbox, newChange } from '@freshtag/core/relay';
import { describe, test } from 'vitest';

import { readScopes, type Scope } from '../server/src/probe/scopes.ts';

const SUBJECT = 'api::country.country:a';
const [DOCUMENT, ENGLISH, GERMAN, ALL] = [
  'country:a',
  'country:a:en',
  'country:a:de',
  'country:all',
];
const LOCALE_TAGS = new Set([ENGLISH, GERMAN]);
const OWN_TAGS = new Set([DOCUMENT, ALL]);

type Written = readonly [reason: string, ...tags: readonly string[]];

/** What the first of these changes says of its document, once the others are there. */
async function scopeOfFirst(
  changes: readonly Written[],
  { localeTags = LOCALE_TAGS, isBlurred = false } = {},
): Promise<Scope | undefined> {
  const store = createMemoryOutbox();
  for (const [reason, ...tags] of changes) {
    const row = {
      domain: 'www.example.com',
      subject: SUBJECT,
      reason,
      force: true,
      change: newChange(),
    };
    await store.append(tags.map((tag) => ({ ...row, tag })));
  }
  const scopes = await readScopes(store, SUBJECT, { localeTags, ownTags: OWN_TAGS, isBlurred });
  const rows = await store.history({ subject: SUBJECT });
  return scopes.get(rows.at(-1)?.id ?? 0);
}

describe('what came of a change of two locales', () => {
  const both: Written = ['publish', DOCUMENT, ENGLISH, GERMAN];
  const overtakenBy = async (...later: readonly Written[]): Promise<readonly string[]> => {
    const scope = await scopeOfFirst([both, ...later]);
    return [ENGLISH, GERMAN].filter((tag) => scope?.isOvertaken(tag));
  };

  test('is told by both of them while no other change came', async ({ expect }) => {
    expect(await overtakenBy()).toEqual([]);
    expect((await scopeOfFirst([both]))?.locales).toEqual(LOCALE_TAGS);
  });

  test('is told by the one that was not changed again', async ({ expect }) => {
    expect(await overtakenBy(['update', DOCUMENT, GERMAN])).toEqual([GERMAN]);
  });

  test('is told by none after a change of the whole document, or of its type', async ({
    expect,
  }) => {
    expect(await overtakenBy(['publish', DOCUMENT])).toEqual([ENGLISH, GERMAN]);
    expect(await overtakenBy(['update', ALL])).toEqual([ENGLISH, GERMAN]);
  });

  test('is told by both after a change of what shows the document alone', async ({ expect }) => {
    expect(await overtakenBy(['update', 'region:r', 'region:r:en'])).toEqual([]);
  });
});

test('where no tag tells locales apart, no page tells what came of a locale that was taken away', async ({
  expect,
}) => {
  const blurred = { localeTags: new Set<string>(), isBlurred: true };
  expect(await scopeOfFirst([['unpublish', DOCUMENT]], blurred)).toBeUndefined();
  expect(await scopeOfFirst([['publish', DOCUMENT]], blurred)).toBeDefined();
});
