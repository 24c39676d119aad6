import { afterEach, beforeEach, describe, test } from 'vitest';

import { writeFiles } from '../src/index.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

async function refreshed(): Promise<string> {
  const { result } = await world.json(['refresh', 'a', '--domain', domain]);
  return result.calls[0].taskIds[0];
}

describe('freshtag status', () => {
  test('shows tasks, and names those that the cloud does not report', async ({ expect }) => {
    const id = await refreshed();
    const shown = await world.freshtag(['status', id, '1']);
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    expect(shown.stdout).toMatch(new RegExp(`^${id} +complete +100 %`, 'm'));
    expect(shown.stdout).toMatch(/^1 +not reported$/m);
    expect(await world.json(['status', `${id},1`, id])).toMatchObject({
      ok: true,
      result: { tasks: [{ taskId: id, status: 'complete', percent: 100 }], missing: ['1'] },
    });
  });

  test('asks for any number of ids, ten a call', async ({ expect }) => {
    const limits = { maxTagsPerCall: 1, maxCallsPerSecond: 1000 };
    writeFiles(world.cwd, {
      'freshtag.config.mjs': `export default { domain: '${domain}', limits: ${JSON.stringify(limits)} };`,
    });
    const tags = Array.from({ length: 11 }, (_, index) => `country:c${index}`);
    const { result } = await world.json(['refresh', ...tags]);
    const ids = result.calls.flatMap((call: { taskIds: string[] }) => call.taskIds);
    expect(ids.length).toBeGreaterThan(10);
    const status = await world.json(['status', ...ids]);
    expect(status.result.missing).toEqual([]);
    expect(status.result.tasks).toHaveLength(ids.length);
  });

  test('without ids lists the newest tasks of the account', async ({ expect }) => {
    expect((await world.freshtag(['status'])).stdout).toBe('no tasks in the last three days\n');
    const id = await refreshed();
    expect((await world.json(['status'])).result.tasks).toMatchObject([{ taskId: id }]);
  });

  test.for([['abc'], ['1 2'], [''], ['-5'], ['1', '2x']])(
    'refuses %j before it asks',
    async (ids, { expect }) => {
      expect(await world.json(['status', ...ids])).toMatchObject({
        exitCode: 2,
        error: { code: 'INVALID_OPTION' },
      });
    },
  );

  test('tells why the cloud did not answer', async ({ expect }) => {
    world.edge.injectFault({ kind: 'refused', code: 'Forbidden.RAM', status: 403 });
    expect(await world.json(['status', '1'])).toMatchObject({
      exitCode: 1,
      error: {
        code: 'FORBIDDEN',
        apiCode: 'Forbidden.RAM',
        status: 403,
        recovery: 'stop',
        message: expect.stringMatching(/the action dcdn:DescribeDcdnRefreshTaskById on/),
      },
    });
  });
});

describe('freshtag quota', () => {
  test('shows what is left of each kind', async ({ expect }) => {
    expect((await world.freshtag(['quota'])).stdout).toMatch(/^url +\d+ left of \d+$/m);
    const { result } = await world.json(['quota']);
    expect(result.quotas).toContainEqual({
      kind: 'url',
      limit: expect.any(Number),
      remaining: expect.any(Number),
    });
  });

  test('needs a key', async ({ expect }) => {
    const none = { ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' };
    expect(await world.json(['quota'], none)).toMatchObject({
      exitCode: 2,
      error: { code: 'NO_CREDENTIALS' },
    });
  });
});
