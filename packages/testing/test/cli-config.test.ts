import { mkdirSync, rmSync, symlinkSync } from 'node:fs';

import { afterEach, beforeEach, describe, test } from 'vitest';

import { temporaryProject, writeFiles } from '../src/index.ts';
import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await createCommandWorld();
});

afterEach(() => world.close());

/** Where a setting came from, and what it is: `file "www.example.com"`. */
async function settingOf(
  name: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { result } = await world.json(['config', ...args], env);
  const found = result.settings.find((setting: { name: string }) => setting.name === name);
  return `${found.source} ${JSON.stringify(found.value)}`;
}

describe('settings', () => {
  test('come from the nearest: flag, variable, file, default', async ({ expect }) => {
    const names = ['environment', 'domain', 'endpoint'] as const;
    const none = { FRESHTAG_ENDPOINT: '' };
    const before = await Promise.all(names.map((name) => settingOf(name, [], none)));
    expect(before).toEqual([
      'default "production"',
      'default null',
      'default "https://dcdn.aliyuncs.com"',
    ]);
    writeFiles(world.cwd, {
      'freshtag.config.ts': `
        interface Site { readonly domain: string }
        const site: Site = { domain: 'file.example.com' };
        export default { ...site, environment: 'file', endpoint: 'http://127.0.0.1:1' } as const;`,
    });
    const inFile = await Promise.all(names.map((name) => settingOf(name, [], none)));
    expect(inFile).toEqual([
      'file "file"',
      'file ["file.example.com"]',
      'file "http://127.0.0.1:1"',
    ]);
    const variables = {
      FRESHTAG_DOMAIN: 'a.example.com, b.example.com',
      FRESHTAG_ENVIRONMENT: 'variable',
      FRESHTAG_ENDPOINT: 'http://127.0.0.1:2',
    };
    const inVariables = await Promise.all(names.map((name) => settingOf(name, [], variables)));
    expect(inVariables).toEqual([
      'variable "variable"',
      'variable ["a.example.com","b.example.com"]',
      'variable "http://127.0.0.1:2"',
    ]);
    const flags = ['--domain', 'c.example.com', '--environment', 'flag'];
    expect(await settingOf('domain', flags, variables)).toBe('flag ["c.example.com"]');
    expect(await settingOf('environment', flags, variables)).toBe('flag "flag"');
  });

  test('of the file serve plan, apply, refresh, status and quota without a flag', async ({
    expect,
  }) => {
    const file = {
      domain,
      endpoint: world.edge.apiUrl,
      origin: world.origin.url,
      environment: 'preview',
      directory: 'kept',
      secondPassDelayMs: 0,
      edgeLayers: 1,
      force: false,
    };
    writeFiles(world.cwd, { 'freshtag.config.mts': `export default ${JSON.stringify(file)};` });
    const none = { FRESHTAG_ENDPOINT: '' };
    const planned = await world.json(['plan', 'dist'], none);
    expect(planned.result).toMatchObject({
      file: `${world.cwd}/kept/preview/${domain}/plan.json`,
      plan: { domain, environment: 'preview' },
    });
    world.origin.deploy(`${world.cwd}/dist`, `${world.cwd}/kept/preview/${domain}/manifest.json`);
    expect(await world.json(['apply'], none)).toMatchObject({ ok: true, result: { pages: 3 } });
    expect(await world.json(['refresh', 'a'], none)).toMatchObject({ ok: true });
    expect(world.edge.refreshes.at(-1)).toMatchObject({
      tags: expect.arrayContaining(['a']),
      force: false,
    });
    expect(await world.json(['status'], none)).toMatchObject({ ok: true });
    expect(await world.json(['quota'], none)).toMatchObject({ ok: true });
  });

  test('are typed by defineConfig of the package freshtag', async ({ expect }) => {
    const project = temporaryProject({
      'freshtag.config.ts': `
        import { defineConfig } from 'freshtag';
        export default defineConfig({ domain: 'typed.example.com' });`,
    });
    const file = `${project}/freshtag.config.ts`;
    expect(await settingOf('domain', ['--config', file])).toBe('file ["typed.example.com"]');
  });

  test('show no more of the access key than four characters and its source', async ({ expect }) => {
    const key = {
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI5tSECRETID',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRETSECRET',
      ALIBABA_CLOUD_SECURITY_TOKEN: 'SECRETTOKEN',
    };
    const shown = await world.freshtag(['config'], key);
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^access key LTAI… from environment$/m);
    const { result } = await world.json(['config'], key);
    expect(result.accessKey).toEqual({ id: 'LTAI…', source: 'environment' });
    expect(shown.stdout + JSON.stringify(result)).not.toMatch(/SECRET/);
    for (const line of shown.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('a configuration file that is wrong', () => {
  test.for([
    [
      'export default { domain: 7 };',
      /domain in .*freshtag\.config\.ts: 7 is not allowed.*www\.example/,
    ],
    [
      'export default { domain: [] };',
      /domain in .*: \[\] is not allowed. Give a domain name like "www/,
    ],
    ['export default [];', /FILE_UNUSABLE: .*does not export an object/],
    ['', /FILE_UNUSABLE: .*does not export an object/],
    ['export default { settleMs: -1 };', /settleMs in .*: -1.*milliseconds/],
    ['export default { pollIntervalMs: 0 };', /pollIntervalMs in .*: 0.*milliseconds, 1 to/],
    [
      'export default Promise.reject(new Error("no luck"));',
      /FILE_UNUSABLE: .*cannot be loaded.*: no luck/,
    ],
    [
      'export default { get domain() { throw new Error("no luck"); } };',
      /FILE_UNUSABLE: .*cannot be loaded.*: no luck/,
    ],
    [
      'const error = new Error(); error.message = 5; error.stack = {}; throw error;',
      /FILE_UNUSABLE: .*cannot be loaded: 5\./,
    ],
    ['throw Object.create(null);', /FILE_UNUSABLE: .*it threw something that cannot be shown/],
    ['throw null;', /FILE_UNUSABLE: .*it threw null/],
    [
      'await new Promise(() => {}); export default {};',
      /FILE_UNUSABLE: .*awaits something that never comes/,
    ],
    [
      'throw new Error(`asked with ${process.env.MY_TOKEN}`);',
      /FILE_UNUSABLE: .*asked with \*\*\*\./,
    ],
    [
      'export default { origin: "https://host/?token=S3CR3T" };',
      /origin: "https:\/\/host\/\?\*\*\*" is not allowed.*It comes from/,
    ],
    ['export default { domian: "a.b" };', /domian in .*no such option.*domain, environment/],
    [
      'export default { limits: { maxTags: 1 } };',
      /limits\.maxTags in .*no such option.*maxTagsPerCall/,
    ],
    [
      'export default { limits: { maxCallsPerSecond: 0.5 } };',
      /maxCallsPerSecond in .*: 0\.5.*whole number, 1 or more/,
    ],
    ['export default { retry: { budgetMs: -1 } };', /retry\.budgetMs in .*: -1.*milliseconds/],
    ['export default { edgeLayers: 9 };', /edgeLayers in .*: 9.*1 to 5/],
    [
      'export default { secondPassDelayMs: true };',
      /secondPassDelayMs in .*: true.*false, or a whole/,
    ],
    [
      'export default { environment: "../.." };',
      /environment: "\.\.\/\.\.".*It comes from .*freshtag\.config\.ts/,
    ],
    [
      'export default { endpoint: "ftp://x" };',
      /endpoint: "ftp:\/\/x".*It comes from .*freshtag\.config\.ts/,
    ],
    [
      'export default { credentials: { accessKeySecret: "S3CR3T" } };',
      /credentials in .*no secrets.*ALIBABA_CLOUD/,
    ],
    ['export default { accessKeySecret: "S3CR3T" };', /accessKeySecret in .*no secrets/],
    ['export const domain = "a.b";', /FILE_UNUSABLE: .*does not export an object.*export default/],
    ['export default () => ({});', /FILE_UNUSABLE: .*does not export an object/],
    [
      '\nexport default {\n  domain: "a.b"\n  force: true };',
      /freshtag\.config\.ts cannot be loaded \(line 4\): Expected/,
    ],
    ['export default {};\nenum A { B }', /FILE_UNUSABLE: .*without enums/],
    ['import x from "nowhere"; export default x;', /FILE_UNUSABLE: .*nowhere.*Install it/],
    ['throw new Error("no luck"); export default {};', /FILE_UNUSABLE: .*no luck/],
    ['export default null;', /FILE_UNUSABLE: .*does not export an object/],
  ] as const)('is named, with what is allowed: %j', async ([text, message], { expect }) => {
    writeFiles(world.cwd, { 'freshtag.config.ts': text });
    const ended = await world.freshtag(['config'], {
      FRESHTAG_ENDPOINT: '',
      MY_TOKEN: 'S3CR3T-of-the-environment',
    });
    expect(ended).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
    expect(ended.stderr).not.toMatch(/\n\s+at |S3CR3T/);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('is found when it is a link to nothing, and told from what is no file', async ({
    expect,
  }) => {
    symlinkSync('nowhere.ts', `${world.cwd}/freshtag.config.ts`);
    expect((await world.json(['config'])).error?.message).toMatch(
      /freshtag\.config\.ts is a link to a file that does not exist/,
    );
    rmSync(`${world.cwd}/freshtag.config.ts`);
    mkdirSync(`${world.cwd}/freshtag.config.ts`);
    expect((await world.json(['config'])).error?.message).toMatch(
      /freshtag\.config\.ts is no file/,
    );
  });

  test('in a package of CommonJS modules is told how to be called', async ({ expect }) => {
    writeFiles(world.cwd, {
      'package.json': '{ "type": "commonjs" }',
      'freshtag.config.ts': 'export default {};',
    });
    expect(await world.freshtag(['config'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(
        /^freshtag: FILE_UNUSABLE: .*call it freshtag\.config\.mts\.\n$/,
      ),
    });
  });

  test.for([
    [['--config', 'nowhere.ts'], /FILE_INACCESSIBLE: .*nowhere\.ts/],
    [['--config', 'freshtag.json'], /--config: ".*freshtag\.json".*\.mts/],
    [['--config', ''], /--config: .* is not allowed/],
    [['--config'], /--config <file>.*argument missing/],
    [[], /FILE_UNUSABLE: There is more than one.*--config/],
  ] as const)('or absent, or double, is told: %j', async ([args, message], { expect }) => {
    writeFiles(world.cwd, { 'freshtag.config.ts': '', 'freshtag.config.mjs': '' });
    expect(await world.freshtag(['quota', ...args])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(message),
    });
  });

  test('no domain anywhere is an error that names all three ways', async ({ expect }) => {
    for (const args of [
      ['refresh', 'a'],
      ['plan', 'dist'],
      ['apply', '--now'],
    ]) {
      expect(await world.json(args)).toMatchObject({
        exitCode: 2,
        error: {
          code: 'INVALID_OPTION',
          message: expect.stringMatching(/--domain.*FRESHTAG_DOMAIN.*freshtag\.config\.ts/),
        },
      });
    }
    const several = await world.json(['state', 'show'], {
      FRESHTAG_DOMAIN: 'a.example.com,b.example.com',
    });
    expect(several.error?.message).toMatch(/one of them with --domain.*FRESHTAG_DOMAIN/);
  });
});

describe('an access key that cannot be used', () => {
  test('is told beside the settings', async ({ expect }) => {
    writeFiles(world.cwd, { 'home/.aliyun/config.json': '{ broken' });
    const none = { ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' };
    const printed = await world.json(['config'], none);
    expect(printed).toMatchObject({
      exitCode: 2,
      result: { accessKey: { id: null, source: null } },
      error: { code: 'FILE_UNUSABLE' },
    });
    expect(printed.result.settings.length).toBeGreaterThan(10);
    expect((await world.freshtag(['config'], none)).stdout).toMatch(
      /^no access key that can be used$/m,
    );
  });
});
