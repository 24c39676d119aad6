import { describe, test } from 'vitest';

import { createOssStore } from '@freshtag/core/site';
import { startOss } from './state-servers.ts';
import { WaitingClock } from './waiting-clock.ts';

const credentials = { accessKeyId: 'testid', accessKeySecret: 'testsecret' };

describe('a bucket of OSS', () => {
  const place = { bucket: 'bucket', key: 'state.json', region: 'cn-hangzhou' };
  const options = { ...place, style: 'path', credentials, env: {} } as const;

  test('keeps the newest versions, and nobody can take a number that was made free', async ({
    expect,
  }) => {
    const { url, shelf } = await startOss();
    const store = createOssStore({ ...options, endpoint: url });
    let version: string | undefined;
    for (let round = 1; round <= 12; round += 1)
      version = await store.write(`{"${round}":1}`, { expected: version });
    expect(shelf.paths()).toEqual(
      Array.from(
        { length: 8 },
        (_, index) => `/bucket/state.json.${String(index + 5).padStart(12, '0')}`,
      ),
    );
    for (const expected of [undefined, '1', '11'])
      await expect(store.write('{}', { expected })).rejects.toMatchObject({
        code: 'STATE_CONFLICT',
      });
    expect((await store.read())?.text).toBe('{"12":1}');
    expect(shelf.paths()).toHaveLength(8);
  });

  test('has written what others have built on by the time that it looks, not what nobody reads', async ({
    expect,
  }) => {
    for (const [newer, outcome] of [
      [2, '1'],
      [9, 'STATE_CONFLICT'],
    ] as const) {
      const { url, shelf } = await startOss();
      const put = shelf.set.bind(shelf);
      shelf.set = (path, bytes) => {
        put(path.replace(/1$/, String(newer)), Buffer.from('{"newer":1}'));
        return put(path, bytes);
      };
      const store = createOssStore({ ...options, endpoint: url });
      const written = store.write('{"1":1}', { expected: undefined });
      expect(await written.catch(({ code }: { code: unknown }) => code)).toBe(outcome);
    }
  });

  test('takes no version of another state for its own, however alike the names', async ({
    expect,
  }) => {
    const { url } = await startOss();
    const other = createOssStore({ ...options, key: 'state.json.old', endpoint: url });
    let version: string | undefined;
    for (let round = 1; round <= 5; round += 1)
      version = await other.write('{"old":1}', { expected: version });
    const store = createOssStore({ ...options, endpoint: url });
    expect(await store.read()).toBeUndefined();
    expect(await store.write('{"1":1}', { expected: undefined })).toBe('1');
    expect((await store.read())?.text).toBe('{"1":1}');
    expect((await other.read())?.text).toBe('{"old":1}');
  });

  test('has written what it wrote, also where old versions cannot be removed', async ({
    expect,
  }) => {
    const { url } = await startOss({ mayDelete: false });
    const store = createOssStore({ ...options, endpoint: url, clock: new WaitingClock() });
    let version: string | undefined;
    for (let round = 1; round <= 9; round += 1)
      version = await store.write(`{"${round}":1}`, { expected: version });
    expect((await store.read())?.text).toBe('{"9":1}');
  });

  test('that keeps versions itself is refused, since OSS then lets writes overwrite', async ({
    expect,
  }) => {
    const { url } = await startOss({ versioning: true });
    const store = createOssStore({ ...options, endpoint: url });
    await expect(store.write('{}', { expected: undefined })).rejects.toMatchObject({
      code: 'STATE_REFUSED',
      message: expect.stringContaining('without versioning'),
    });
  });
});
