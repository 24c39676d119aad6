// Two real instances of Strapi on one PostgreSQL, killed at moments that a harness chooses from the traffic
// between them, the database and the edge. See bench/README.md; a failing round is repeated by its seed:
// node --conditions=@freshtag/source packages/strapi/test/crash/run.ts --rounds 1 --seed N
import { fileURLToPath } from 'node:url';

import { runNode } from '@freshtag/testing';
import { test } from 'vitest';

import type { StrapiCrashFigures } from './crash/figures.ts';

const HARNESS = fileURLToPath(new URL('crash/run.ts', import.meta.url));
const ROUNDS = 10;
const SEED = Date.now() % 1_000_000;

test('no published change is lost and no page stays old when instances of Strapi are killed', async ({
  expect,
  skip,
}) => {
  const names = ['CI', 'FRESHTAG_TEST_POSTGRES'];
  const env = Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const args = ['--conditions=@freshtag/source', HARNESS];
  const { exitCode, stdout, stderr } = await runNode(
    [...args, '--rounds', String(ROUNDS), '--seed', String(SEED)],
    { env },
  );
  if (exitCode !== 0) throw new Error(`the harness ended with ${exitCode}: ${stderr}`);
  const figures = JSON.parse(stdout) as StrapiCrashFigures & { readonly skipped?: boolean };
  if (figures.skipped === true) skip('there is no PostgreSQL');
  process.stderr.write(`${stderr}${stdout}`);
  expect(figures.failures).toEqual([]);
  expect(figures).toMatchObject({ kills: ROUNDS, lost: 0, stale: 0 });
  // It was not for want of work.
  expect(figures.committed).toBeGreaterThan(10 * ROUNDS);
  expect(figures.refused).toBeLessThan(figures.requests / 4);
  expect(figures.died).toBeGreaterThan(0);
  expect(figures.hits).toBeGreaterThan(figures.compared / 4);
  expect(figures.late, 'kills whose moment did not come').toBeLessThan(ROUNDS / 2);
  expect(figures.tooSlow, 'rounds that no second pass could mend').toBeLessThan(ROUNDS / 2);
}, 280_000);
