import { writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { describe, test } from 'vitest';

import type { Clock } from '@freshtag/core';
import {
  createFileStore,
  createHttpStore,
  createOssStore,
  createS3Store,
  createSqliteStore,
  createUnstorageStore,
  readEdgeState,
  type StateStore,
} from '@freshtag/core/site';
import { Shelf, shelfServer } from './conditions.ts';
import { serve } from './serve.ts';
import { startNginx, startS3, startProxy } from './state-servers.ts';
import { temporaryFolder } from './temporary-folder.ts';

const site = { domain: 'www.example.com', environment: 'production' };
const SECRET = 'do-not-show-me';
const place = { bucket: 'bucket', key: 'state.json' };

/** A clock on which waits take no time, and are counted. */
function countingClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return { waits, now: () => Date.now(), sleep: async (delayMs) => void waits.push(delayMs) };
}

/** The three that speak HTTP, before a server that always says the same. */
function storesAt(url: string, clock: Clock = countingClock()): StateStore[] {
  const s3Key = { accessKeyId: 'id', secretAccessKey: SECRET };
  const ossKey = { accessKeyId: 'id', accessKeySecret: SECRET };
  return [
    createHttpStore({ url: `${url}/state.json`, token: SECRET, clock, env: {} }),
    createS3Store({ ...place, endpoint: url, credentials: s3Key, clock, env: {} }),
    createOssStore({
      ...place,
      endpoint: url,
      region: 'cn-hangzhou',
      style: 'path',
      credentials: ossKey,
      clock,
      env: {},
    }),
  ];
}

const answering =
  (status: number, body = '', headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  };

async function errorOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('it did not fail');
  return error as Error & { code: string };
}

describe('a store that answers with', () => {
  test.for([
    [401, '', {}, 'STATE_REFUSED', /HTTP 401/],
    [
      403,
      '<Error><Code>AccessDenied</Code></Error>',
      {},
      'STATE_REFUSED',
      /HTTP 403 AccessDenied.*(Allow|Check)/,
    ],
    [
      400,
      '<Error><Code>SignatureDoesNotMatch</Code></Error>',
      {},
      'STATE_REFUSED',
      /SignatureDoesNotMatch/,
    ],
    [301, '', { location: 'https://else.example.com/x' }, 'STATE_REFUSED', /HTTP 301/],
    [503, '', {}, 'STATE_UNAVAILABLE', /HTTP 503, 4 times/],
    [500, '<html>secret stack</html>', {}, 'STATE_UNAVAILABLE', /HTTP 500, 4 times/],
    [429, '', {}, 'STATE_UNAVAILABLE', /HTTP 429, 4 times/],
  ] as const)(
    '%d %s is told apart, for reads and writes, and shows no secret',
    async ([status, body, headers, code, why], { expect }) => {
      const url = await serve(answering(status, body, headers));
      for (const store of storesAt(url)) {
        const write = () => store.write('{}', { expected: undefined });
        for (const work of [() => store.read(), write]) {
          const error = await errorOf(work());
          expect(error).toMatchObject({ code, message: expect.stringMatching(why) });
          expect(error.message).not.toMatch(/do-not-show-me|secret stack/);
        }
      }
    },
  );

  test('a bucket that is not there is no empty state', async ({ expect }) => {
    const url = await serve(answering(404, '<Error><Code>NoSuchBucket</Code></Error>'));
    for (const store of storesAt(url).slice(1))
      expect(await errorOf(store.read())).toMatchObject({
        code: 'STATE_REFUSED',
        message: expect.stringMatching(/NoSuchBucket.*correct its name/),
      });
  });

  test('a login page is refused for what it is', async ({ expect }) => {
    const page = answering(200, '<html>Sign in</html>', { 'content-type': 'text/html' });
    const url = await serve(page);
    for (const store of storesAt(url))
      expect(await errorOf(readEdgeState(store, site))).toMatchObject({ code: 'STATE_REFUSED' });
  });

  test.for([
    ['HTML that says it is JSON', '<html></html>'],
    ['half a state', '{"kind":"edge state","version":1,"pages":[{"pa'],
    ['half a compressed state', gzipSync(JSON.stringify({ kind: 'edge state' })).subarray(0, 25)],
    ['nothing', ''],
  ] as const)(
    '%s is damaged, and is never taken for an empty state',
    async ([, body], { expect }) => {
      const url = await serve((_, response) =>
        response.writeHead(200, { etag: '"1"', 'content-type': 'application/json' }).end(body),
      );
      for (const store of storesAt(url).slice(0, 2))
        expect(await errorOf(readEdgeState(store, site))).toMatchObject({
          code: 'FILE_UNUSABLE',
          message: expect.stringContaining('damaged'),
        });
    },
  );

  test('an answer that breaks off is asked for again, and then unavailable', async ({ expect }) => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"half');
      response.socket?.destroySoon();
    });
    const [store] = storesAt(url);
    expect(await errorOf(store?.read() ?? Promise.resolve())).toMatchObject({
      code: 'STATE_UNAVAILABLE',
    });
    expect(asked).toBe(4);
  });

  test('a fault that passes is waited for, longer each time', async ({ expect }) => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      answering(asked < 4 ? 503 : 404)(request, response);
    });
    const clock = countingClock();
    const [store] = storesAt(url, clock);
    expect(await store?.read()).toBeUndefined();
    expect(clock.waits).toHaveLength(3);
  });
});

describe('a store that does not answer', () => {
  test('is given up after its time, and says so', async ({ expect }) => {
    const url = await serve(() => {});
    const store = createHttpStore({ url, timeoutMs: 20, clock: countingClock(), env: {} });
    expect(await errorOf(store.read())).toMatchObject({
      code: 'STATE_UNAVAILABLE',
      message: expect.stringContaining('no whole answer within 20 ms'),
    });
  });

  test('because nobody is there is unavailable, with the reason', async ({ expect }) => {
    for (const store of storesAt('http://127.0.0.1:1'))
      expect(await errorOf(store.read())).toMatchObject({
        code: 'STATE_UNAVAILABLE',
        message: expect.stringContaining('ECONNREFUSED'),
      });
  });

  test('is left at once when its signal is aborted', async ({ expect }) => {
    const abort = new AbortController();
    const url = await serve(() => abort.abort(new Error('enough')));
    const [store] = storesAt(url);
    await expect(store?.read({ signal: abort.signal })).rejects.toThrow('enough');
  });

  test('of unstorage is given up after its time, and its own message is not shown', async ({
    expect,
  }) => {
    const slow = {
      getItemRaw: () => new Promise(() => {}),
      setItemRaw: async () => {},
      removeItem: async () => {},
    };
    const waiting = createUnstorageStore({ storage: slow, key: 'k', timeoutMs: 5 });
    expect(await errorOf(waiting.read())).toMatchObject({ code: 'STATE_UNAVAILABLE' });
    const broken = {
      ...slow,
      getItemRaw: async () => Promise.reject(new Error(`redis://x:${SECRET}@host`)),
    };
    const error = await errorOf(createUnstorageStore({ storage: broken, key: 'k' }).read());
    expect(error.code).toBe('STATE_UNAVAILABLE');
    expect(error.message).not.toContain(SECRET);
  });
});

describe('a bucket of S3', () => {
  test('checks the signature: another secret is refused', async ({ expect }) => {
    const endpoint = await startS3();
    const credentials = { accessKeyId: 'S3RVER', secretAccessKey: SECRET };
    const store = createS3Store({ ...place, endpoint, credentials, env: {} });
    const error = await errorOf(store.write('{}', { expected: undefined }));
    expect(error).toMatchObject({
      code: 'STATE_REFUSED',
      message: expect.stringMatching(/HTTP 403 SignatureDoesNotMatch.*AWS_SECRET_ACCESS_KEY/),
    });
    expect(error.message).not.toContain(SECRET);
  });

  test('is reached by its name before the host, through a proxy of the environment', async ({
    expect,
  }) => {
    const shelf = new Shelf();
    const proxy = await startProxy(await serve(shelfServer(shelf)));
    const env = {
      http_proxy: proxy.url,
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: 'http://s3.storage.test',
    };
    const store = createS3Store({ ...place, env });
    await store.write('{"1":1}', { expected: undefined });
    expect((await store.read())?.text).toBe('{"1":1}');
    expect(new Set(proxy.asked)).toEqual(new Set(['bucket.s3.storage.test']));
    expect(shelf.paths()).toEqual(['/state.json']);
  });
});

describe('a file', () => {
  test('that is a folder, or in a place that cannot be written, says so', async ({ expect }) => {
    const folder = temporaryFolder({ 'a-file': '' });
    expect(await errorOf(createFileStore(folder).read())).toMatchObject({
      code: 'FILE_INACCESSIBLE',
    });
    const below = createFileStore(join(folder, 'a-file', 'state.json'));
    expect(await errorOf(below.write('{}', { expected: undefined }))).toMatchObject({
      code: 'FILE_INACCESSIBLE',
    });
  });
});

describe('a SQLite database', () => {
  test('that is none is refused, and left as it is', async ({ expect }) => {
    const file = join(
      temporaryFolder({ 'state.db': 'this is no database, whatever its name says' }),
      'state.db',
    );
    const store = createSqliteStore({ file, key: 'k' });
    const write = () => store.write('{}', { expected: undefined });
    for (const work of [() => store.read(), write])
      expect(await errorOf(work())).toMatchObject({ code: 'FILE_UNUSABLE' });
  });

  test('keeps the states of many sites apart', async ({ expect }) => {
    const file = join(temporaryFolder(), 'state.db');
    const [one, other] = ['a', 'b'].map((key) => createSqliteStore({ file, key }));
    await one?.write('{"a":1}', { expected: undefined });
    expect(await other?.read()).toBeUndefined();
    await other?.write('{"b":1}', { expected: undefined });
    expect((await one?.read())?.text).toBe('{"a":1}');
  });

  test('that is only looked at is not made', async ({ expect }) => {
    const file = join(temporaryFolder(), 'state.db');
    expect(await createSqliteStore({ file, key: 'k' }).read()).toBeUndefined();
    expect(() => writeFileSync(file, '', { flag: 'wx' })).not.toThrow();
  });
});

test('a server that takes no PUT says so', async ({ expect }) => {
  const store = createHttpStore({ url: `${await startNginx()}/`, env: {}, clock: countingClock() });
  expect(await errorOf(store.write('{}', { expected: undefined }))).toMatchObject({
    code: 'STATE_REFUSED',
  });
});
