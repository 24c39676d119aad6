import { test } from 'vitest';

import { appendTags } from '../src/relay/append.ts';
import { createMemoryOutbox } from '../src/relay/stores/memory.ts';

test('appends a row for each domain and tag, each once, with one call of the store', async ({
  expect,
}) => {
  const store = createMemoryOutbox();
  const about = { subject: 'article 1', actor: 'ann', reason: 'publish' };
  const count = await appendTags(store, {
    domains: ['WWW.example.com', 'b.example.com', 'www.example.com'],
    tags: new Set(['article:1', 'article', 'article:1']),
    ...about,
  });
  expect(count).toBe(4);
  const entries = await store.history();
  expect(entries.map(({ domain, tag }) => `${domain} ${tag}`).toReversed()).toEqual([
    'www.example.com article:1',
    'www.example.com article',
    'b.example.com article:1',
    'b.example.com article',
  ]);
  expect(entries[0]).toMatchObject({ force: true, ...about });
  await appendTags(store, { domains: 'www.example.com', tags: ['a'], force: false });
  expect((await store.history())[0]).toMatchObject({ tag: 'a', force: false });
});

test('refuses what could not be refreshed before anything is written', async ({ expect }) => {
  const store = createMemoryOutbox();
  const domains = 'www.example.com';
  const refused = (options: Parameters<typeof appendTags>[1]): Promise<unknown> =>
    appendTags(store, options).catch((error: unknown) => error);
  expect(await refused({ domains, tags: [] })).toMatchObject({
    code: 'INVALID_TAG',
    message: expect.stringContaining('no cache tag in the list'),
  });
  for (const tag of ['', 'with space', 'a,b', 'ü', 'x'.repeat(129), 'a\n'])
    expect(await refused({ domains, tags: ['good', tag] })).toMatchObject({ code: 'INVALID_TAG' });
  expect(await refused({ domains, tags: 'abc' })).toMatchObject({ code: 'INVALID_TAG' });
  for (const wrong of [[], '', 'https://www.example.com', '*.example.com', [domains, '']])
    expect(await refused({ domains: wrong, tags: ['a'] })).toMatchObject({
      code: 'INVALID_OPTION',
    });
  expect(await store.history()).toEqual([]);
});
