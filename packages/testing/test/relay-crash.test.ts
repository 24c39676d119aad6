// Real relays, writers and databases, killed and frozen at moments that a harness chooses from the traffic
// between them. See bench/README.md; a failing round is repeated by its seed:
// node --conditions=@freshtag/source packages/testing/test/relay-crash/run.ts --store sqlite --seed N --kills 2
import { fileURLToPath } from 'node:url';

import { describe, test, type TestContext } from 'vitest';

import { runNode } from '../src/index.ts';
import type { CrashFigures } from './relay-crash/figures.ts';

const HARNESS = fileURLToPath(new URL('relay-crash/run.ts', import.meta.url));
const LONGEST_MS = 280_000;
const SEED = Date.now() % 1_000_000;

async function crash(
  { skip }: Pick<TestContext, 'skip'>,
  ...more: readonly string[]
): Promise<CrashFigures> {
  const names = ['CI', 'FRESHTAG_TEST_POSTGRES', 'FRESHTAG_TEST_MYSQL'];
  const env = Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const args = ['--conditions=@freshtag/source', HARNESS, '--seed', String(SEED), ...more];
  const { exitCode, stdout, stderr } = await runNode(args, { env });
  if (exitCode !== 0) throw new Error(`the harness ended with ${exitCode}: ${stderr}`);
  const figures = JSON.parse(stdout) as CrashFigures & { readonly skipped?: boolean };
  if (figures.skipped === true) {
    process.stderr.write(stderr);
    skip('there is no server');
  }
  process.stdout.write(`${more.join(' ')}: ${stdout}`);
  return figures;
}

describe.concurrent('the relay, killed', () => {
  test.for([['sqlite'], ['postgres'], ['mysql']] as const)(
    'loses no refresh and leaves no page stale on %s, through 20 kills',
    { timeout: LONGEST_MS },
    async ([store], { expect, skip }) => {
      const figures = await crash({ skip }, '--store', store, '--kills', '20');

      expect(figures.failures).toEqual([]);
      expect(figures).toMatchObject({ kills: 20, lost: 0, stale: 0 });
      // It was not for want of work.
      expect(figures.committed).toBeGreaterThan(40);
      expect(figures.rolledBack).toBeGreaterThan(5);
      expect(figures.late, 'kills whose moment did not come').toBeLessThan(8);
      expect(figures.tooSlow, 'rounds that no second pass could have mended').toBeLessThan(3);
    },
  );

  test(
    'loses no refresh without a second pass either, but leaves pages stale',
    { timeout: LONGEST_MS },
    async ({ expect, skip }) => {
      const figures = await crash(
        { skip },
        '--store',
        'sqlite',
        '--kills',
        '20',
        '--no-second-pass',
      );

      expect(figures).toMatchObject({ failures: [], lost: 0 });
      expect(figures.stale).toBeGreaterThan(0);
    },
  );
});
