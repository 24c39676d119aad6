import { join } from 'node:path';

import { createStorage } from 'unstorage';
import { describe, test } from 'vitest';

import type { Clock } from '@freshtag/core';
import {
  createFileStore,
  createUnstorageStore,
  parseEdgeState,
  readEdgeState,
  serializeEdgeState,
  updateEdgeState,
  type EdgePage,
  type EdgeState,
  type StateStore,
} from '@freshtag/core/site';
import { temporaryFolder } from './temporary-folder.ts';

const site = { domain: 'www.example.com', environment: 'production' };
const clock: Clock = { now: () => 0, sleep: async () => {} };

function stateOf(pages: Readonly<Record<string, EdgePage>>, build = 'B'): EdgeState {
  return { version: 1, ...site, build, pages: new Map(Object.entries(pages)) };
}

const settled = (digest: string): EdgePage => ({ digest, tags: ['t'] });
const add = (path: string, page: EdgePage) => (state: EdgeState | undefined) =>
  stateOf({ ...Object.fromEntries(state?.pages ?? []), [path]: page });

/** What another deploy does in the middle of one's own, once each time it is told to. */
function interrupted(
  store: StateStore,
  at: 'read' | 'write',
  others: (() => Promise<unknown>)[],
): StateStore {
  return {
    ...store,
    read: async (options) => {
      const stored = await store.read(options);
      if (at === 'read') await others.shift()?.();
      return stored;
    },
    write: async (text, options) => {
      const version = await store.write(text, options);
      if (at === 'write') await others.shift()?.();
      return version;
    },
  };
}

/** A store that takes every write. */
function createBlindStore(): StateStore {
  let text: string | undefined;
  return {
    name: 'blind',
    guarantee: 'none',
    read: async () => (text === undefined ? undefined : { text, version: text }),
    write: async (written) => (text = written),
  };
}

const fileStore = (): StateStore => createFileStore(join(temporaryFolder(), 'state.json'));
const pathsIn = async (store: StateStore) => [
  ...((await readEdgeState(store, site))?.pages.keys() ?? []),
];

describe('an update of a state', () => {
  test('that meets another is made again on top of it, and neither is lost', async ({ expect }) => {
    const store = fileStore();
    const other = () => updateEdgeState(store, site, add('/other/', settled('o')), { clock });
    const mine = interrupted(store, 'read', [other]);
    await updateEdgeState(mine, site, add('/mine/', settled('m')), { clock });
    expect(await pathsIn(store)).toEqual(['/mine/', '/other/']);
  });

  test('that is overtaken again and again gives up, and says what to do', async ({ expect }) => {
    const store = fileStore();
    const others = Array.from(
      { length: 20 },
      (_, index) => () => updateEdgeState(store, site, add(`/${index}/`, settled('o')), { clock }),
    );
    const updating = updateEdgeState(
      interrupted(store, 'read', others),
      site,
      add('/mine/', settled('m')),
      { clock },
    );
    await expect(updating).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      message: expect.stringMatching(/Nothing of it was overwritten. Run the same command again/),
    });
    expect(others).toHaveLength(12);
    expect(await pathsIn(store)).toHaveLength(8);
  });

  test('that changes nothing writes nothing', async ({ expect }) => {
    const store = fileStore();
    await updateEdgeState(store, site, add('/mine/', settled('m')), { clock });
    const silent: StateStore = {
      ...store,
      write: async () => Promise.reject(new Error('written')),
    };
    const updating = updateEdgeState(silent, site, add('/mine/', settled('m')), { clock });
    await expect(updating).resolves.toBeUndefined();
  });

  test('whose write arrived though its answer did not is done', async ({ expect }) => {
    const store = fileStore();
    let isFirst = true;
    const deaf: StateStore = {
      ...store,
      write: async (text, options) => {
        const version = await store.write(text, options);
        // The attempt after the one that was lost finds another version than it expects.
        if (isFirst) {
          isFirst = false;
          return store.write(text, options);
        }
        return version;
      },
    };
    await updateEdgeState(deaf, site, add('/mine/', settled('m')), { clock });
    expect(await pathsIn(store)).toEqual(['/mine/']);
  });

  test('in a store without any guarantee brings back what another one overwrote', async ({
    expect,
  }) => {
    const store = createBlindStore();
    const before = stateOf({
      '/both/': settled('1'),
      '/theirs/': settled('1'),
      '/mine/': settled('1'),
    });
    await store.write(serializeEdgeState(before), { expected: undefined });
    const theirs = stateOf(
      { '/both/': settled('2'), '/theirs/': settled('2'), '/mine/': settled('1') },
      'theirs',
    );
    const overwrite = () => store.write(serializeEdgeState(theirs), { expected: undefined });
    const ours = stateOf({
      '/both/': { digest: null, tags: ['u'] },
      '/theirs/': settled('1'),
      '/mine/': settled('3'),
    });
    await updateEdgeState(interrupted(store, 'write', [overwrite]), site, () => ours, { clock });
    const stored = await store.read();
    expect(parseEdgeState(stored?.text ?? '', 'blind', site)).toEqual(
      stateOf(
        {
          '/both/': { digest: null, tags: ['t', 'u'] },
          '/mine/': settled('3'),
          '/theirs/': settled('2'),
        },
        'theirs',
      ),
    );
  });

  test('holds the lease of a store that has one, and gives it back when it fails', async ({
    expect,
  }) => {
    const storage = createStorage();
    const store = createUnstorageStore({ storage, key: 'state', clock });
    let seen: unknown;
    const failing = updateEdgeState(
      {
        ...store,
        read: async () => {
          seen = await storage.getItem('state.lease');
          throw new Error('stop');
        },
      },
      site,
      add('/mine/', settled('m')),
      { clock },
    );
    await expect(failing).rejects.toThrow('stop');
    expect(seen).toMatchObject({ owner: expect.stringContaining(`process ${process.pid}`) });
    expect(await storage.getItem('state.lease')).toBeNull();
    await updateEdgeState(store, site, add('/mine/', settled('m')), { clock });
    expect(await pathsIn(store)).toEqual(['/mine/']);
  });
});

describe('the format of a state', () => {
  /** As the release before this one wrote it. */
  const FIRST = `{"kind":"edge state","version":1,"domain":"www.example.com","environment":"production","build":"B","pages":[{"path":"/a/","digest":"d","tags":["page:/a"]},{"path":"/b.css","digest":null,"tags":["page:/b.css"],"immutable":true}]}\n`;

  test('is that of the first release, read and written', ({ expect }) => {
    const state = parseEdgeState(FIRST, 'x', site);
    expect(serializeEdgeState(state)).toBe(FIRST);
  });

  test('holds nothing of the content and no more than a hundred and some bytes a page', ({
    expect,
  }) => {
    const pages = Array.from({ length: 1000 }, (_, index): [string, EdgePage] => {
      const path = `/blog/2026/some-article-about-${index}/`;
      return [path, { digest: 'x'.repeat(22), tags: ['all-pages', `page:${path.slice(0, -1)}`] }];
    });
    const text = serializeEdgeState({ version: 1, ...site, build: 'B', pages: new Map(pages) });
    expect(text.length / pages.length).toBeLessThan(160);
  });
});
