import { readdirSync, readFileSync } from 'node:fs';

import { test } from 'vitest';

const ROOT = new URL('..', import.meta.url);

test('the README names every code that the API refuses with', ({ expect }) => {
  const folder = new URL('src/api/', ROOT);
  const source = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
  const readme = readFileSync(new URL('README.md', ROOT), 'utf8');

  const codes = [...source.matchAll(/new Refusal\(\s*\d+,\s*'([^']+)'/g)].map(([, code]) => code);

  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
});
