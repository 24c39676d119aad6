import { readFileSync } from 'node:fs';

import { test } from 'vitest';

import { ramPolicy } from '../src/index.ts';

test('the documentation has the policy that whoever uses everything needs', ({ expect }) => {
  const page = new URL('../../../docs/getting-started.md', import.meta.url);
  const [, json = ''] =
    /```json\n(\{\s*"Version": "1"[^`]*)```/.exec(readFileSync(page, 'utf8')) ?? [];
  expect(JSON.parse(json)).toEqual(ramPolicy({ directories: true, lists: true }));
});

test('less use needs less', ({ expect }) => {
  const [statement] = ramPolicy().Statement;
  expect(statement?.Action).toEqual([
    'dcdn:RefreshDcdnObjectCacheByCacheTag',
    'dcdn:DescribeDcdnRefreshTaskById',
    'dcdn:DescribeDcdnRefreshQuota',
  ]);
});
