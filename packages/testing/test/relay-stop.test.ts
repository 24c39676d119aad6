import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

import { describe, onTestFinished, test } from 'vitest';

import { createSqliteOutbox } from '@freshtag/core/relay';

import { temporaryFolder } from '../src/index.ts';
import { createMemoryOutbox, makeRelay, rowsOf, startCloud, startRelay } from './relay-world.ts';

const ONE_PASS = { secondPassDelayMs: false } as const;
const ONE_BY_ONE = {
  ...ONE_PASS,
  includeOverflow: false,
  limits: { maxTagsPerCall: 1, maxCallsPerSecond: 1 },
} as const;

describe('a relay that is stopped', () => {
  test('ends the call that is under way and gives back what was not begun', async ({ expect }) => {
    const { edge, calls, called } = await startCloud();
    edge.injectFault({ kind: 'slow', delayMs: 150 });
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a', 'page:/b', 'page:/c']));
    const { relay } = await startRelay(edge, store, ONE_BY_ONE);
    await called(1);

    await relay.stop();

    const history = await store.history();
    expect(history.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['waiting', 0],
      ['waiting', 0],
      ['completing', 0],
    ]);
    expect(calls).toHaveLength(1);
    expect((await store.waiting()).rows).toBe(2);
  });

  test('breaks a call off that takes longer than allowed, and another relay carries its rows at once', async ({
    expect,
  }) => {
    const { edge, called } = await startCloud();
    edge.injectFault({ kind: 'slow', delayMs: 60_000 });
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a']));
    const one = await startRelay(edge, store, ONE_PASS);
    await called(1);

    await one.relay.stop({ timeoutMs: 20 });

    expect(await store.history()).toMatchObject([{ state: 'waiting', attempts: 0 }]);
    const two = await startRelay(edge, store, ONE_PASS);
    await two.relay.drain();
    expect(await store.history()).toMatchObject([{ state: 'complete' }]);
  });

  test('closes its connections to the cloud', async ({ expect }) => {
    const { edge } = await startCloud();
    const { port } = new URL(edge.apiUrl);
    const ends: Promise<unknown>[] = [];
    const between = createServer((socket) => {
      ends.push(once(socket, 'close'));
      socket.pipe(connect(Number(port), '127.0.0.1')).pipe(socket);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void between.close());
    await once(between, 'listening');
    const address = between.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const store = createMemoryOutbox();
    const { relay, told } = await startRelay(edge, store, { ...ONE_PASS, endpoint });
    await store.append(rowsOf(['page:/a']));
    await told('accepted');

    await relay.stop();
    const stoppedAtMs = performance.now();
    expect(ends.length).toBeGreaterThan(0);
    await Promise.all(ends);

    // The edge would keep them for three seconds.
    expect(performance.now() - stoppedAtMs).toBeLessThan(1500);
  });

  test('claims nothing that is appended later', async ({ expect }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    const { relay, events, told } = await startRelay(edge, store, ONE_PASS);
    await store.append(rowsOf(['page:/a']));
    await told('accepted');

    await relay.stop();
    await store.append(rowsOf(['page:/b']));

    expect(await relay.health()).toMatchObject({ state: 'stopped', ok: false });
    expect(events.filter((event) => event.type === 'claimed')).toHaveLength(1);
    expect(calls).toHaveLength(1);
  });

  test('may be stopped twice, at once, and before it began', async ({ expect }) => {
    const { edge } = await startCloud();
    const store = createMemoryOutbox();
    const { relay } = await startRelay(edge, store);
    await Promise.all([relay.stop(), relay.stop()]);
    await relay.stop();
    const idle = makeRelay(edge, store);

    await idle.relay.stop();

    expect(await relay.health()).toMatchObject({ state: 'stopped' });
    await expect(idle.relay.start()).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  test('carries nothing although it was stopped while it started', async ({ expect }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a']));
    const { relay } = makeRelay(edge, store);

    const starting = relay.start();
    await Promise.all([starting, relay.stop()]);

    expect(await relay.health()).toMatchObject({ state: 'stopped' });
    expect(calls).toHaveLength(0);
  });

  test('lets nobody wait for what it does not carry any more', async ({ expect }) => {
    const { edge, called } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a']));
    const { relay } = await startRelay(edge, store, { secondPassDelayMs: 60_000 });
    const reason = new Error('enough');
    const aborted = AbortSignal.abort(reason);
    await called(1);
    const draining = relay.drain();

    await expect(relay.drain({ signal: aborted })).rejects.toBe(reason);
    await Promise.all([
      expect(draining).rejects.toMatchObject({ name: 'AbortError' }),
      relay.stop(),
    ]);
  });

  test('refuses a time that no timer can wait', async ({ expect }) => {
    const { edge } = await startCloud();
    const { relay } = await startRelay(edge, createMemoryOutbox());

    await expect(relay.stop({ timeoutMs: Infinity })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('timeoutMs'),
    });
  });
});

describe('a relay that starts', () => {
  test('tells that the store cannot be used, and can be started again', async ({ expect }) => {
    const { edge } = await startCloud();
    const file = join(temporaryFolder(), 'outbox.db');
    mkdirSync(file);
    const store = createSqliteOutbox({ file });
    const { relay } = makeRelay(edge, store, ONE_PASS);

    await expect(relay.start()).rejects.toMatchObject({ code: expect.stringMatching(/^OUTBOX_/) });
    expect(await relay.health()).toMatchObject({ state: 'idle', ok: false });
    rmSync(file, { recursive: true });
    await relay.start();
    await store.append(rowsOf(['page:/a']));
    await relay.drain();

    expect(await store.history()).toMatchObject([{ state: 'complete' }]);
    await relay.stop();
    await store.close();
  });

  test('begins once, however often it is started', async ({ expect }) => {
    const { edge, calls } = await startCloud();
    const store = createMemoryOutbox();
    await store.append(rowsOf(['page:/a']));
    const { relay } = makeRelay(edge, store, ONE_PASS);

    await Promise.all([relay.start(), relay.start()]);
    await relay.start();
    await relay.drain();

    expect(calls).toHaveLength(1);
  });
});
