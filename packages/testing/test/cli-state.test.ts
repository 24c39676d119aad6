import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, onTestFinished, test } from 'vitest';

import { writeFiles } from '../src/index.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

const plan = ['plan', 'dist', '--domain', domain];
const apply = ['apply', '--domain', domain, '--now', '--second-pass-delay', '0'];
const state = (action: string, ...rest: readonly string[]) => [
  'state',
  action,
  ...rest,
  '--domain',
  domain,
];

async function deploy(...more: readonly string[]): Promise<void> {
  await world.freshtag([...plan, ...more]);
  world.deploy();
  await world.freshtag([...apply, ...more]);
}

describe('freshtag state show', () => {
  test('says that there is none, and what follows from that', async ({ expect }) => {
    const shown = await world.freshtag(state('show'));
    expect(shown).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/no edge state.*\n.*next plan drops every tagged page/),
    });
    expect(await world.json(state('show'))).toMatchObject({
      command: 'state',
      ok: true,
      result: {
        action: 'show',
        store: { name: world.stateFile, guarantee: 'compare-and-set' },
        state: null,
      },
    });
  });

  test('counts pages, settled and not, tags and bytes, and names what is open', async ({
    expect,
  }) => {
    await world.freshtag(plan);
    expect(await world.json(state('show'))).toMatchObject({
      result: {
        state: { pages: 2, settled: 0, unsettled: 2, everything: true, open: ['*', '/', '/a/'] },
      },
    });
    expect((await world.freshtag(state('show'))).stdout).toContain('unsettled    /a/');
    world.deploy();
    await world.freshtag(apply);
    const { result } = await world.json(state('show'));
    expect(result.state).toMatchObject({
      version: 1,
      domain,
      environment: 'production',
      pages: 2,
      settled: 2,
      unsettled: 0,
      everything: false,
      open: [],
      bytes: readFileSync(world.stateFile).length,
    });
    const shown = await world.freshtag(state('show'));
    expect(shown.stdout).toMatch(/pages +2, 2 settled, 0 unsettled, 0 immutable/);
    expect(Math.max(...shown.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(
      80,
    );
  });

  test('of a damaged state says so, and reset mends it', async ({ expect }) => {
    await deploy();
    writeFiles(world.cwd, { [`.freshtag/production/${domain}/edge-state.json`]: '<html>' });
    expect(await world.freshtag(state('show'))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/FILE_UNUSABLE.*damaged/),
    });
    expect(await world.freshtag(state('reset', '--yes'))).toMatchObject({ exitCode: 0 });
    expect(await world.json(state('show'))).toMatchObject({
      result: { state: { everything: true } },
    });
  });
});

describe('freshtag state diff', () => {
  test('compares with a built folder, a manifest and another state', async ({ expect }) => {
    await deploy();
    const same = await world.json(state('diff', 'dist'));
    expect(same.result).toMatchObject({
      other: { kind: 'build' },
      same: 2,
      different: 0,
      pages: [],
    });
    expect((await world.json(state('diff', world.manifestFile))).result).toMatchObject({
      other: { kind: 'manifest' },
      same: 2,
    });

    await world.freshtag([...plan, '--state', 'sqlite:old.db']);
    writeFiles(world.cwd, { 'dist/index.html': 'two', 'dist/new.html': 'new' });
    const changed = await world.json(state('diff', 'dist'));
    expect(changed.result.pages).toEqual([
      { path: '/', difference: 'content' },
      { path: '/new.html', difference: 'there' },
    ]);
    const { stdout } = await world.freshtag(state('diff', 'dist'));
    expect(stdout).toMatch(/^content {4,}\/$/m);
    expect(stdout).toContain('2 pages differ, 1 are the same');
    expect((await world.json(state('diff', 'sqlite:old.db'))).result).toMatchObject({
      other: { kind: 'state', name: 'sqlite:old.db' },
      pages: [
        { path: '*', difference: 'there' },
        { path: '/', difference: 'unsettled' },
        { path: '/a/', difference: 'unsettled' },
      ],
    });
  });

  test('asks for something to compare with that is there', async ({ expect }) => {
    for (const args of [state('diff'), state('diff', 'nothing-here'), state('show', 'dist')])
      expect(await world.freshtag(args)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('INVALID_OPTION'),
      });
  });
});

describe('freshtag state reset', () => {
  test('does nothing without --yes, and says what it would do', async ({ expect }) => {
    await deploy();
    const before = readFileSync(world.stateFile, 'utf8');
    expect(await world.freshtag(state('reset'))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/would reset.*next plan drops every tagged page.*--yes/),
    });
    expect(readFileSync(world.stateFile, 'utf8')).toBe(before);
  });

  test('makes the next plan drop everything once, and old plans unusable', async ({ expect }) => {
    await deploy();
    expect(await world.json(state('reset', '--yes'))).toMatchObject({
      ok: true,
      result: { action: 'reset', domain, environment: 'production' },
    });
    expect(await world.freshtag(apply)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('PLAN_OUTDATED'),
    });
    await world.ask('/a/');
    expect(await world.ask('/a/')).toBe('HIT a');
    await deploy();
    expect(await world.ask('/a/')).toBe('MISS a');
    expect((await world.freshtag(plan)).stdout).toContain('nothing to refresh');
  });

  test('of what is not there changes nothing', async ({ expect }) => {
    expect(await world.freshtag(state('reset', '--yes'))).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('There was no edge state'),
    });
  });
});

describe('the option state', () => {
  test('is taken from the flag, the variable and the file, and all commands find it', async ({
    expect,
  }) => {
    await deploy('--state', 'sqlite:flag.db');
    expect(
      (await world.json([...state('show'), '--state', 'sqlite:flag.db'])).result.state.settled,
    ).toBe(2);
    expect((await world.json(state('show'))).result.state).toBeNull();
    const variable = { FRESHTAG_STATE: 'sqlite:flag.db' };
    expect((await world.json(state('show'), variable)).result.state.settled).toBe(2);
    expect((await world.freshtag(plan, variable)).stdout).toContain('nothing to refresh');
    writeFiles(world.cwd, {
      'conf/freshtag.config.mjs': `export default { state: 'states/' };`,
    });
    const inFile = ['--config', 'conf/freshtag.config.mjs'];
    await world.freshtag([...plan, ...inFile]);
    const shown = await world.json([...state('show'), ...inFile]);
    expect(shown.result.store.name).toBe(
      join(world.cwd, 'conf/states/production', domain, 'edge-state.json'),
    );
    expect(shown.result.state.pages).toBe(2);
  });

  test('may be a store of one’s own in the file', async ({ expect }) => {
    writeFiles(world.cwd, {
      'freshtag.config.mjs': `
        import { readFileSync, writeFileSync } from 'node:fs';
        const read = async () => {
          try { const text = readFileSync('own.json', 'utf8'); return { text, version: text }; } catch { return undefined; }
        };
        export default { state: { name: 'mine', guarantee: 'none', read,
          write: async (text) => { writeFileSync('own.json', text); return text; } } };`,
    });
    await world.freshtag(plan);
    expect((await world.json(state('show'))).result).toMatchObject({
      store: { name: 'mine', guarantee: 'none' },
      state: { pages: 2 },
    });
  });

  test.for([
    ['ftp://host/x', 'sqlite:, s3://, oss:// or https://'],
    ['sqlite:', 'the path of a file'],
    ['s3://b/k', 'the name of a bucket'],
    ['s3://bucket/k?acces=1', 'a parameter that is not known'],
    ['s3://bucket/k?style=other', 'virtual or path'],
    ['oss://bucket/k', 'region=cn-hangzhou'],
    ['s3://AKIA:do-not-show@bucket/k', 'must hold no key'],
    ['https://user:do-not-show@host/k', 'no name and no password'],
  ] as const)(
    '%s is refused with what is allowed, and shows no secret',
    async ([given, allowed], { expect }) => {
      const key = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'do-not-show' };
      const ended = await world.freshtag([...plan, '--state', given], key);
      expect(ended).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('INVALID_OPTION'),
      });
      expect(ended.stderr).toContain(allowed);
      expect(ended.stderr).not.toContain('do-not-show');
    },
  );

  test('without a key for the bucket says which variables to set', async ({ expect }) => {
    expect(await world.freshtag([...plan, '--state', 's3://bucket/key'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/NO_CREDENTIALS.*AWS_ACCESS_KEY_ID/),
    });
  });

  test('is shown by freshtag config without what may be secret', async ({ expect }) => {
    const env = { FRESHTAG_STATE: 'https://states.example.com/x?sig=do-not-show' };
    const { result } = await world.json(['config'], env);
    const shown = result.settings.find((setting: { name: string }) => setting.name === 'state');
    expect(shown).toMatchObject({ value: 'https://states.example.com/x?…', source: 'variable' });
    expect(JSON.stringify(result)).not.toContain('do-not-show');
  });

  test('that names a store which is down stops the plan, and makes none', async ({ expect }) => {
    const ended = await world.freshtag([...plan, '--state', 'http://127.0.0.1:1/state']);
    expect(ended).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/STATE_UNAVAILABLE.*ECONNREFUSED.*no plan is made/),
    });
    expect(() => readFileSync(world.manifestFile)).toThrow('ENOENT');
  });

  test('sends the token of the environment and shows it nowhere', async ({ expect }) => {
    const seen: (string | undefined)[] = [];
    let stored: string | undefined;
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      seen.push(request.headers.authorization);
      let body = '';
      for await (const chunk of request) body += String(chunk);
      if (request.method === 'PUT') stored = body;
      if (stored === undefined) response.writeHead(404);
      response.end(stored);
    };
    const server = createServer((request, response) => void answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as { port: number };
    const env = {
      FRESHTAG_STATE: `http://127.0.0.1:${port}/`,
      FRESHTAG_STATE_TOKEN: 'do-not-show',
    };
    const ended = [await world.freshtag(plan, env), await world.freshtag([...plan, '--json'], env)];
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(new Set(seen)).toEqual(new Set(['Bearer do-not-show']));
    expect(JSON.stringify(ended)).not.toContain('do-not-show');
    expect(stored).toContain('"kind":"edge state"');
  });

  test('warns in CI while the file is not there, and no more when it was kept', async ({
    expect,
  }) => {
    const ci = { CI: 'true' };
    expect((await world.freshtag(plan, ci)).stderr).toMatch(
      /CI machine forgets its files.*docs\/state\.md/,
    );
    expect((await world.freshtag(plan, ci)).stderr).toBe('');
    expect((await world.freshtag([...plan, '--environment', 'other'])).stderr).toBe('');
  });
});
