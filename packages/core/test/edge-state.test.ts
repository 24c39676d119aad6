import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, test } from 'vitest';

import {
  createFileStore,
  readEdgeState,
  readPlan,
  writeEdgeState,
  writePlan,
  type EdgeState,
  type Manifest,
} from '@freshtag/core/site';
import { sortPages } from '../src/site/collect.ts';
import { parseEdgeState, serializeEdgeState } from '../src/site/edge-state.ts';
import { temporaryFolder } from './temporary-folder.ts';

const site = { domain: 'www.example.com', environment: 'production' };
const state: EdgeState = {
  version: 1,
  ...site,
  build: 'B',
  pages: new Map([
    ['/a/', { digest: 'd', tags: ['page:/a'] }],
    ['/__proto__/', { digest: null, tags: ['page:/__proto__'] }],
  ]),
};

describe('an edge state in a file', () => {
  test('is there after it was written, also in a folder that was not, and is absent before', async ({
    expect,
  }) => {
    const store = createFileStore(join(temporaryFolder(), 'deep/er/state.json'));
    expect(await readEdgeState(store, site)).toBeUndefined();
    await writeEdgeState(store, state);
    expect(await readEdgeState(store, site)).toEqual({
      ...state,
      pages: new Map([...state.pages].toReversed()),
    });
  });

  test('leaves no temporary file behind, and the old state where writing fails', async ({
    expect,
  }) => {
    const folder = temporaryFolder();
    const store = createFileStore(join(folder, 'state.json'));
    await writeEdgeState(store, state);
    const before = readFileSync(join(folder, 'state.json'), 'utf8');
    await expect(
      createFileStore(join(folder, 'state.json', 'below-a-file')).write('x', {
        expected: undefined,
      }),
    ).rejects.toMatchObject({ code: 'FILE_INACCESSIBLE' });
    expect(readdirSync(folder)).toEqual(['state.json']);
    expect(readFileSync(join(folder, 'state.json'), 'utf8')).toBe(before);
  });

  test.for([
    ['', /damaged/],
    ['{"kind":"edge state","version":1,"dom', /damaged/],
    ['[]', /damaged/],
    ['{"kind":"plan","version":1}', /something else/],
    ['{"kind":"edge state","version":2}', /version is 2/],
    [
      '{"kind":"edge state","version":1,"domain":"www.example.com","environment":"production","build":"b","pages":[{"path":7}]}',
      /damaged at pages\.0\./,
    ],
    [
      '{"kind":"edge state","version":1,"domain":"other.example.com","environment":"production","build":"b","pages":[]}',
      /domain other\.example\.com/,
    ],
    [
      '{"kind":"edge state","version":1,"domain":"www.example.com","environment":"preview","build":"b","pages":[]}',
      /environment preview/,
    ],
  ] as const)(
    'with the content %j is refused, named, and left as it is',
    async ([content, why], { expect }) => {
      const file = join(temporaryFolder({ 'state.json': content }), 'state.json');
      const reading = readEdgeState(createFileStore(file), site);
      await expect(reading).rejects.toMatchObject({
        code: 'FILE_UNUSABLE',
        message: expect.stringMatching(why),
      });
      await expect(reading).rejects.toMatchObject({ message: expect.stringContaining(file) });
      expect(readFileSync(file, 'utf8')).toBe(content);
    },
  );

  test('that is a folder is refused with the reason', async ({ expect }) => {
    await expect(createFileStore(temporaryFolder()).read()).rejects.toMatchObject({
      code: 'FILE_INACCESSIBLE',
      message: expect.stringContaining('EISDIR'),
    });
  });
});

describe('a plan in a file', () => {
  const plan = {
    version: 1 as const,
    ...site,
    build: 'B',
    pages: [
      {
        path: '/a/',
        reason: 'changed' as const,
        refresh: ['page:/a'],
        stored: null,
        target: { digest: 'd', tags: ['page:/a'] },
      },
    ],
    unchanged: 3,
  };

  test('is read as it was written', async ({ expect }) => {
    const file = join(temporaryFolder(), 'plan.json');
    await writePlan(file, plan);
    expect(await readPlan(file)).toEqual(plan);
  });

  test('that is missing or damaged is refused with what to do', async ({ expect }) => {
    const folder = temporaryFolder();
    await expect(readPlan(join(folder, 'plan.json'))).rejects.toMatchObject({
      message: expect.stringContaining('freshtag plan'),
    });
    writeFileSync(join(folder, 'plan.json'), '{"kind":"plan","version":1,"pages":{}}');
    await expect(readPlan(join(folder, 'plan.json'))).rejects.toMatchObject({
      code: 'FILE_UNUSABLE',
    });
    chmodSync(folder, 0o755);
  });
});

describe('the text of an edge state', () => {
  const tags = fc.uniqueArray(fc.constantFrom('all-pages', 'a', 'b"]},{', 'é'), { maxLength: 3 });
  const page = fc.record(
    {
      digest: fc.option(fc.constantFrom('d', 'e'), { nil: null }),
      tags,
      immutable: fc.constant(true as const),
      sketch: fc.constantFrom('A', '","path":"'),
    },
    { requiredKeys: ['digest', 'tags'] },
  );
  const path = fc
    .constantFrom('a', 'b', ',{"path":"', '"pages":[', '\\', '日本', '\u{1f600}', '__proto__')
    .map((name) => `/${name}/`);
  const pages = fc.dictionary(path, page, { maxKeys: 6 }).map((record) => Object.entries(record));
  const parse = (text: string, built?: Manifest): EdgeState =>
    parseEdgeState(text, 'a store', site, built);

  test('is read as what it says, whatever the build beside it has', ({ expect }) => {
    fc.assert(
      fc.property(pages, pages, fc.nat(6), (held, others, same) => {
        const text = serializeEdgeState({ ...state, pages: new Map(held) });
        // Some of what is built is as it was, some is not, some is new; and it may be sorted badly.
        const built = [...held.slice(0, same), ...others].map(([at, { digest, ...rest }]) => ({
          path: at,
          digest: digest ?? 'x',
          ...rest,
        }));
        for (const order of [built, sortPages([...built])])
          expect(serializeEdgeState(parse(text, { version: 1, pages: order }))).toBe(text);
        expect(serializeEdgeState(parse(JSON.stringify(JSON.parse(text), null, 2)))).toBe(text);
        expect(parse(text).pages).toEqual(new Map(held));
      }),
      { numRuns: 500 },
    );
  });

  test('is not read where the build has the same, which is kept once', ({ expect }) => {
    const built = [
      { path: '/a/', digest: 'd', tags: ['page:/a'] },
      { path: '/b/', digest: 'new', tags: ['page:/b'] },
      { path: '/c/', digest: 'd', tags: ['page:/c'] },
    ];
    const held = new Map(built.map(({ path: at, digest, ...rest }) => [at, { digest, ...rest }]));
    held.set('/b/', { digest: 'old', tags: ['page:/b'] });
    const { pages: read } = parse(serializeEdgeState({ ...state, pages: held }), {
      version: 1,
      pages: built,
    });
    expect(read.get('/a/')).toBe(built[0]);
    expect(read.get('/b/')).toEqual({ digest: 'old', tags: ['page:/b'] });
    expect(read.get('/c/')).toBe(built[2]);
  });
});
