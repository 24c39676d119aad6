import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';

import { DIFFERENCES } from './differences.ts';
import { randomScript } from './random-scripts.ts';
import { runScript } from './run-script.ts';
import { SEQUENCES } from './sequences.ts';
import { canSkipVarnish } from './varnish.ts';
import { startEdgeWorld, startVarnishWorld, type World } from './worlds.ts';

const RANDOM = { seed: 20_261_122, numRuns: 120 } as const;
const RANDOM_MS = 120_000;

describe.skipIf(canSkipVarnish())('the edge, beside Varnish with xkey', () => {
  let edge: World;
  let varnish: World;

  beforeAll(async () => {
    [edge, varnish] = await Promise.all([startEdgeWorld(), startVarnishWorld()]);
  });
  afterAll(async () => {
    await Promise.all([edge.stop(), varnish.stop()]);
  });

  test.for(Object.entries(SEQUENCES))('does the same for %s', async ([, script], { expect }) => {
    expect(await runScript(edge, script)).toEqual(await runScript(varnish, script));
  });

  test.for(Object.entries(DIFFERENCES))(
    'differs for %s, and only as it is meant to',
    async ([, difference], { expect }) => {
      expect(await runScript(edge, difference.script)).toEqual(difference.edge);
      expect(await runScript(varnish, difference.script)).not.toEqual(difference.edge);
    },
  );

  test(
    'does the same for visitors, editors and refreshes in any order',
    { timeout: RANDOM_MS },
    async ({ expect }) => {
      await fc.assert(
        fc.asyncProperty(randomScript, async (script) => {
          expect(await runScript(edge, script)).toEqual(await runScript(varnish, script));
        }),
        RANDOM,
      );
    },
  );
});
