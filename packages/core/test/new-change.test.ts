import { test } from 'vitest';

import { newChange } from '../src/relay.ts';
import { changesOf } from '../src/relay/new-change.ts';

test('names of changes are different, in order, and begin with their time', ({ expect }) => {
  const beginMs = Date.now();
  const names = Array.from({ length: 100_000 }, newChange);
  expect(new Set(names).size).toBe(names.length);
  expect(names.toSorted()).toEqual(names);
  for (const name of names.slice(0, 10)) expect(name).toMatch(/^[0-9a-z]{18}$/);
  const [first = '', last = ''] = [names[0], names.at(-1)];
  expect(changesOf(beginMs) <= first).toBe(true);
  expect(last < changesOf(Date.now() + 10)).toBe(true);
  expect(changesOf(Date.parse('2100-01-01')) > last).toBe(true);
  expect(changesOf(-5)).toBe('000000000');
});
