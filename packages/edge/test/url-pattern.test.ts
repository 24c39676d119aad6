import fc from 'fast-check';
import { describe, test } from 'vitest';

import { compilePattern } from '../src/cache/url-pattern.ts';

describe('a pattern of URLs', () => {
  test.for([
    ['/[0-9][a-z].*.jpg', '/1a/b/c.jpg', true],
    ['/[0-9][a-z].*.jpg', '/aa/b/c.jpg', false],
    ['/[0-9][a-z].*.jpg', '/1A/b/c.jpg', false],
    ['/a/[^/]*', '/a/', true],
    ['/a/[^/]*', '/a/b', true],
    ['/a/[^/]*', '/a/b/c', false],
    ['/a', '/a?b', false],
    ['/a.*', '/a?b=é', true],
    ['/a.b', '/axb', false],
    ['/(a+)', '/(a+)', true],
    ['/(a+)', '/aa', false],
    ['.*', '', true],
  ] as const)('%s on %s is %s', ([pattern, path, fits], { expect }) => {
    expect(compilePattern(pattern)(path)).toBe(fits);
  });

  test('fits what the regular expression of the same parts fits', ({ expect }) => {
    const parts = ['.*', '[^/]*', '[0-9]', '[a-z]', '/', 'a', 'b', '1', '.'];
    const text = fc.string({ unit: fc.constantFrom('/', 'a', 'b', '1', '.', 'Z'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 8 }), text, (pattern, path) => {
        const source = pattern.map((part) => (part === '.' ? '\\.' : part)).join('');
        const expected = new RegExp(`^(?:${source})$`, 's').test(path);
        expect(compilePattern(pattern.join(''))(path)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  test('takes no time that grows faster than its length', { timeout: 2000 }, ({ expect }) => {
    const fits = compilePattern(`${'.*a'.repeat(200)}b`);

    expect(fits('a'.repeat(2000))).toBe(false);
  });
});
