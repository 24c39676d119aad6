import { afterEach, beforeEach, describe, test } from 'vitest';

import { writeFiles } from '../src/index.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

describe('the end of a refresh', () => {
  test('settles after the time that settleMs says, where the cloud reports nothing', async ({
    expect,
  }) => {
    writeFiles(world.cwd, {
      'freshtag.config.mjs': 'export default { settleMs: 300, pollIntervalMs: 100 };',
    });
    world.edge.injectFault({ kind: 'task-unreported', times: 2 });
    const args = ['refresh', 'a', '--domain', domain, '--wait'];
    const shown = await world.freshtag(args);
    expect(shown).toMatchObject({ exitCode: 0 });
    expect(shown.stdout).toMatch(/^accepted .* task \d+, settled$/m);
    expect(shown.stdout).toMatch(/^settled: the cloud reported nothing of it; the time .* over$/m);
    expect(await world.json(args)).toMatchObject({
      ok: true,
      result: { calls: [{ outcome: 'accepted', completion: { status: 'settled' } }] },
    });
  });

  test('is not waited for longer than completionTimeoutMs says', async ({ expect }) => {
    writeFiles(world.cwd, {
      'freshtag.config.mjs': 'export default { completionTimeoutMs: 0, pollIntervalMs: 1 };',
    });
    world.edge.injectFault({ kind: 'task-unreported' });
    expect(await world.json(['refresh', 'a', '--domain', domain, '--wait'])).toMatchObject({
      exitCode: 1,
      result: { calls: [{ completion: { status: 'unfinished' } }] },
      error: { code: 'REFRESH_INCOMPLETE' },
    });
  });
});

describe('a wait whose question fails for good', () => {
  test.for(['InvalidSecurityToken.Expired', 'SignatureDoesNotMatch', 'IllegalOperationDomain'])(
    'keeps the receipts with their tasks (%s)',
    async (code, { expect }) => {
      const action = 'DescribeDcdnRefreshTaskById';
      world.edge.injectFault({ kind: 'refused', code, action, times: 9 });
      const printed = await world.json(['refresh', 'a', '--domain', domain, '--wait']);
      expect(printed).toMatchObject({
        exitCode: 1,
        result: {
          tags: { accepted: 2 },
          calls: [
            {
              outcome: 'accepted',
              taskIds: [expect.stringMatching(/^\d+$/)],
              completion: { status: 'unknown', error: { apiCode: code } },
            },
          ],
        },
        error: { code: 'REFRESH_INCOMPLETE', apiCode: code },
      });
      expect(printed.error?.message).toMatch(/goes on in the cloud.*freshtag status \d+/);
    },
  );
});
