import { describe, test } from 'vitest';

import { fileURLToPath } from 'node:url';

import { runNode } from '../src/index.ts';

const demo = fileURLToPath(new URL('../../../apps/atlas-cms/demo/run.mts', import.meta.url));
const play = (...args: readonly string[]) => runNode([demo, ...args]);
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

describe(
  'Strapi, a site that is rendered from it, and the edge before both:',
  {
    timeout: 240_000,
  },
  () => {
    test('what editors publish is fresh everywhere after all passes, and nothing else was fetched anew', async ({
      expect,
    }) => {
      const ended = await play();
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
      expect(lastLine(ended.stdout)).toMatch(
        /^demo:cms: 43 pages, 7 changes, 0 stale, 0 over-refreshed, 0 otherwise wrong/,
      );
      expect(ended.stdout).toMatch(/^a country renamed and published: 18 addresses changed/m);
      expect(ended.stdout).toMatch(/^a change rolled back: nothing changed for visitors; 0 tags/m);
    });

    test('it is noticed when the site is refreshed before what it reads', async ({ expect }) => {
      const ended = await play('--break', 'chain', '--only', 'region');
      expect(ended.exitCode).toBe(1);
      expect(ended.stdout).toMatch(/^stale: www\.atlas\.example\/regions\//m);
    });

    test('it is noticed when a slow fetch outlives the one refresh of it', async ({ expect }) => {
      const ended = await play('--break', 'second-pass', '--only', 'slow-fetch');
      expect(ended.exitCode).toBe(1);
      expect(ended.stdout).toMatch(/^stale: www\.atlas\.example\/countries\/\w+\?from=mail/m);
    });

    test('it is noticed when a change drops pages that do not show it', async ({ expect }) => {
      const ended = await play('--break', 'coarse', '--only', 'rename');
      expect(ended.exitCode).toBe(1);
      expect(lastLine(ended.stdout)).toMatch(/ 0 stale, [1-9]\d* over-refreshed/);
    });
  },
);
