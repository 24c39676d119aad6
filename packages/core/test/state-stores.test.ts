import { join } from 'node:path';

import { describe, test } from 'vitest';
import { createStorage } from 'unstorage';
import fsDriver from 'unstorage/drivers/fs';

import {
  createFileStore,
  createHttpStore,
  createOssStore,
  createS3Store,
  createSqliteStore,
  createUnstorageStore,
  type StateStore,
  type StoreGuarantee,
} from '@freshtag/core/site';
import { stateStoreCases, type StorePlace } from '@freshtag/core/testing';
import { Shelf, shelfServer } from './conditions.ts';
import { serve } from './serve.ts';
import { startNginx, startOss, startS3 } from './state-servers.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { WaitingClock } from './waiting-clock.ts';

const credentials = { accessKeyId: 'testid', accessKeySecret: 'testsecret' };
const s3Key = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

interface Kind {
  readonly name: string;
  readonly guarantee: StoreGuarantee;
  readonly createPlace: () => StorePlace | Promise<StorePlace>;
}

const KINDS: readonly Kind[] = [
  {
    name: 'a file',
    guarantee: 'compare-and-set',
    createPlace: () => {
      const file = join(temporaryFolder(), 'deep/er/edge-state.json');
      return { open: () => createFileStore(file) };
    },
  },
  {
    name: 'a SQLite database',
    guarantee: 'compare-and-set',
    createPlace: () => {
      const file = join(temporaryFolder(), 'deep/er/state.db');
      return { open: () => createSqliteStore({ file, key: 'production/www.example.com' }) };
    },
  },
  {
    name: 'a server that names versions and heeds conditions',
    guarantee: 'compare-and-set',
    createPlace: async () => {
      const url = `${await serve(shelfServer(new Shelf()))}/state.json`;
      return { open: () => createHttpStore({ url, env: {} }) };
    },
  },
  {
    name: 'a bucket of S3',
    guarantee: 'compare-and-set',
    createPlace: async () => {
      const endpoint = await startS3();
      const key = 'sites/ä b+c/edge-state.json';
      return {
        open: () => createS3Store({ bucket: 'bucket', key, endpoint, credentials: s3Key, env: {} }),
      };
    },
  },
  {
    name: 'a bucket of S3 on a server that compares versions without quotes',
    guarantee: 'compare-and-set',
    createPlace: async () => {
      const endpoint = await startS3('bare');
      return {
        open: () =>
          createS3Store({ bucket: 'bucket', key: 'k', endpoint, credentials: s3Key, env: {} }),
      };
    },
  },
  {
    name: 'a bucket of OSS',
    guarantee: 'compare-and-set',
    createPlace: async () => {
      const { url } = await startOss();
      const place = { bucket: 'bucket', key: 'sites/ä b+c.json', region: 'cn-hangzhou' };
      return {
        open: () =>
          createOssStore({ ...place, endpoint: url, style: 'path', credentials, env: {} }),
      };
    },
  },
  {
    name: 'unstorage in memory',
    guarantee: 'lease',
    createPlace: () => {
      const [storage, clock] = [createStorage(), new WaitingClock()];
      return { open: () => createUnstorageStore({ storage, key: 'state', clock }) };
    },
  },
  {
    name: 'unstorage in a folder',
    guarantee: 'lease',
    createPlace: () => {
      const clock = new WaitingClock();
      const driver = fsDriver({ base: temporaryFolder() });
      const open = (): StateStore => {
        const storage = clock.watch(createStorage({ driver }));
        return createUnstorageStore({ storage, key: 'sites:state', clock });
      };
      return { open };
    },
  },
];

describe.for(KINDS)('$name', ({ guarantee, createPlace }) => {
  test.for(stateStoreCases(createPlace, guarantee))('$title', async ({ run }, { expect }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe('a server of one’s own', () => {
  const first = { expected: undefined };

  test('that names no versions has no guarantee, and still refuses what is visibly late', async ({
    expect,
  }) => {
    for (const etag of ['none', 'weak'] as const) {
      const url = await serve(shelfServer(new Shelf(), { etag }));
      const open = () => createHttpStore({ url, env: {} });
      const store = open();
      const old = await store.write('{"1":1}', first);
      expect(await store.read()).toEqual({ text: '{"1":1}', version: old });
      expect(store.guarantee).toBe('none');
      await open().read();
      const other = open();
      const seen = await other.read();
      await other.write('{"2":2}', { expected: seen?.version });
      await expect(store.write('{"3":3}', { expected: old })).rejects.toMatchObject({
        code: 'STATE_CONFLICT',
      });
    }
  });

  test('that names versions and ignores conditions, as nginx does, is found out with the first write', async ({
    expect,
  }) => {
    const url = `${await startNginx()}/folder/state.json`;
    const open = () => createHttpStore({ url, env: {} });
    const creator = open();
    await creator.write('{"1":1}', first);
    expect(creator.guarantee).toBe('none');

    const late = open();
    const [store, seen] = [open(), await late.read()];
    const before = await store.read();
    expect(store.guarantee).toBe('compare-and-set');
    await store.write('{"22":2}', { expected: before?.version });
    expect(store.guarantee).toBe('none');
    expect((await open().read())?.text).toBe('{"22":2}');
    await expect(late.write('{"333":3}', { expected: seen?.version })).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    });
  });
});

describe('a bucket that ignores conditions', () => {
  test('is refused with the first write, unless it is said that nothing compares', async ({
    expect,
  }) => {
    const endpoint = await startS3('none');
    const place = { bucket: 'bucket', endpoint, credentials: s3Key, env: {} };
    for (const run of ['first', 'second']) {
      const strict = createS3Store({ ...place, key: 'strict.json' });
      expect(await strict.read(), run).toBeUndefined();
      await expect(strict.write('{}', { expected: undefined })).rejects.toMatchObject({
        code: 'STATE_REFUSED',
        message: expect.stringMatching(/does not heed If-None-Match.*conditional=no/),
      });
    }

    const open = () => createS3Store({ ...place, key: 'loose.json', conditional: false });
    expect(open().guarantee).toBe('none');
    const version = await open().write('{"1":1}', { expected: undefined });
    expect(await open().read()).toEqual({ text: '{"1":1}', version });
    await open().write('{"2":2}', { expected: version });
    await expect(open().write('{"3":3}', { expected: version })).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    });
  });
});

test('a bucket that heeds If-None-Match alone is refused with the first write', async ({
  expect,
}) => {
  const endpoint = await startS3('first-only');
  const place = { bucket: 'bucket', key: 'k', endpoint, credentials: s3Key, env: {} };
  await expect(createS3Store(place).write('{}', { expected: undefined })).rejects.toMatchObject({
    code: 'STATE_REFUSED',
    message: expect.stringMatching(/does not heed If-Match/),
  });
});

describe('a lease', () => {
  test('is given back by who was aborted, while he had it and before', async ({ expect }) => {
    const storage = createStorage();
    const stop = new AbortController();
    const store = createUnstorageStore({ storage, key: 'state', clock: new WaitingClock() });
    const lease = { ttlMs: 60_000, owner: 'a', signal: stop.signal };
    const release = await store.acquire?.(lease);
    expect(await storage.getItemRaw('state.lease')).not.toBeNull();
    stop.abort(new Error('stopped'));
    await release?.();
    expect(await storage.getItemRaw('state.lease')).toBeNull();

    const stopEarly = new AbortController();
    const clock = new WaitingClock();
    clock.sleep = async () => {
      stopEarly.abort(new Error('stopped early'));
      throw new Error('stopped early');
    };
    const other = createUnstorageStore({ storage, key: 'state', clock });
    await expect(other.acquire?.({ ...lease, signal: stopEarly.signal })).rejects.toThrow('early');
    expect(await storage.getItemRaw('state.lease')).toBeNull();
  });
});
