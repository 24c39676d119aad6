import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, onTestFinished, test } from 'vitest';

import { appendTags, createKnexOutbox, createSqliteOutbox } from '@freshtag/core/relay';

import { createDatabase, FRESHTAG, startNode, writeFiles } from '../src/index.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;
let env: Readonly<Record<string, string>>;

beforeEach(async () => {
  world = await createCommandWorld();
  env = { FRESHTAG_OUTBOX: 'sqlite:outbox.db' };
  const quick = {
    secondPassDelayMs: 50,
    pollIntervalMs: 20,
    limits: { maxCallsPerSecond: 1000 },
    relay: { window: { idleMs: 20, maxMs: 200 }, lookMs: 10 },
  };
  writeFiles(world.cwd, { 'freshtag.config.mjs': `export default ${JSON.stringify(quick)};` });
});

afterEach(() => world.close());

async function append(tags: readonly string[]): Promise<void> {
  const store = createSqliteOutbox({ file: join(world.cwd, 'outbox.db') });
  await store.migrate();
  await appendTags(store, { domains: domain, tags, subject: 'entry 1', actor: 'ada' });
  await store.close();
}

describe('freshtag relay', () => {
  test('shows what waits, carries it, and shows what became of it', async ({ expect }) => {
    await append(['article:1', 'page:/news']);
    const before = await world.freshtag(['relay', 'status'], env);
    expect(before).toMatchObject({ exitCode: 0, stderr: '' });
    expect(before.stdout).toMatch(/^waiting +2 rows +the oldest for /m);

    const run = await world.freshtag(['relay', 'run', '--until-drained'], env);

    expect(run.stdout).toBe('2 rows carried in 3 calls\n');
    expect(run.stderr).toMatch(/3 tags of 2 rows accepted/);
    expect(run.exitCode).toBe(0);
    expect((await world.freshtag(['relay', 'status'], env)).stdout).toMatch(/^waiting +0 rows$/m);
    const history = await world.freshtag(['relay', 'history', '--tag', 'article:1'], env);
    expect(history.stdout).toMatch(/^1 +\S+ \S+ +complete +article:1 +entry 1$/m);
    expect(history.stdout).not.toMatch('page:/news');
    const { result } = await world.json(['relay', 'history', '--actor', 'ada'], env);
    expect(result.rows).toHaveLength(2);
    expect(result.rows[0]).toMatchObject({ tag: 'page:/news', state: 'complete', actor: 'ada' });
  });

  test('shows what was verified, and why something was not', async ({ expect }) => {
    await append(['article:1', 'article:2']);
    await world.freshtag(['relay', 'run', '--until-drained'], env);
    const store = createSqliteOutbox({ file: join(world.cwd, 'outbox.db') });
    await store.noteProbe([1]);
    await store.noteProbe([2], 'The edge still serves an old copy of https://www.example.com/2.');
    await store.close();
    const history = await world.freshtag(['relay', 'history'], env);
    expect(history.stdout).toMatch(/^1 +\S+ \S+ +verified +article:1 +entry 1$/m);
    expect(history.stdout).toMatch(/^2 +\S+ \S+ +complete +article:2 +The edge still serves /m);
    const { result } = await world.json(['relay', 'history'], env);
    expect(result.rows).toMatchObject([
      { probe: { verified: false } },
      { probe: { verified: true } },
    ]);
  });

  test.for(['postgres', 'mysql'] as const)(
    'carries what is in a %s database, by the knex of the project',
    async (kind, { expect, skip }) => {
      const database = (await createDatabase(kind)) ?? skip();
      onTestFinished(() => database.drop());
      const store = createKnexOutbox({ knex: database.connect() });
      await store.migrate();
      await appendTags(store, { domains: domain, tags: ['article:1'] });
      symlinkSync(
        fileURLToPath(new URL('../node_modules', import.meta.url)),
        join(world.cwd, 'node_modules'),
      );
      const outbox = { FRESHTAG_OUTBOX: database.url };

      const run = await world.freshtag(['relay', 'run', '--until-drained'], outbox);

      expect(run.stdout).toBe('1 row carried in 3 calls\n');
      const { result } = await world.json(['relay', 'history'], outbox);
      expect(result.rows).toMatchObject([{ tag: 'article:1', state: 'complete' }]);
    },
  );

  test('ends at Ctrl-C with what is under way done, and says what it carried', async ({
    expect,
  }) => {
    await append(['article:1']);
    const { ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET } = world.env;
    expect([ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET]).not.toContain(undefined);
    const started = await startNode([FRESHTAG, 'relay', 'run'], {
      cwd: world.cwd,
      env: { ...world.env, ...env },
      stream: 'stderr',
      until: /accepted/,
    });
    expect(await started.stop('SIGINT')).toBe(0);
  });

  test('parks what a wrong key cannot refresh, and carries it when it is redriven', async ({
    expect,
  }) => {
    await append(['article:1']);
    const wrong = { ...env, ALIBABA_CLOUD_ACCESS_KEY_ID: 'another' };
    const run = await world.freshtag(['relay', 'run', '--until-drained'], wrong);
    expect(run.stdout).toMatch(/tags? parked: freshtag relay status/);
    const status = await world.freshtag(['relay', 'status'], env);
    expect(status.stdout).toMatch(/^parked +1 row, 0 calls +freshtag relay redrive/m);
    expect(status.stdout).toMatch(/^KEY_REFUSED: /m);

    expect(await world.json(['relay', 'redrive', '--code', 'OTHER'], env)).toMatchObject({
      result: { redriven: 0 },
    });
    expect(await world.json(['relay', 'redrive', '--code', 'KEY_REFUSED'], env)).toMatchObject({
      result: { redriven: 1 },
    });
    const again = await world.freshtag(['relay', 'run', '--until-drained'], env);
    expect(again.stdout).toBe('1 row carried in 3 calls\n');
  });

  test.for([
    [{ FRESHTAG_OUTBOX: '' }, /--outbox: "\(nothing\)" is not allowed/],
    [{ FRESHTAG_OUTBOX: 'redis://user:hunter2@db' }, /FRESHTAG_OUTBOX/],
    [{ FRESHTAG_OUTBOX: 'postgres://u:hunter2@127.0.0.1:1/db' }, /npm install knex pg/],
  ] as const)(
    'refuses the outbox of %j without its password',
    async ([given, said], { expect }) => {
      const { exitCode, stderr } = await world.freshtag(['relay', 'status'], given);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(said);
      expect(stderr).not.toMatch('hunter2');
      expect((await world.freshtag(['config'], given)).stdout).not.toMatch('hunter2');
    },
  );

  test('says of an outbox without tables what makes them', async ({ expect }) => {
    const { exitCode, stderr } = await world.freshtag(['relay', 'status'], env);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/migrate|relay run/);
  });
});
