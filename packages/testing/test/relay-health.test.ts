import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { describe, onTestFinished, test } from 'vitest';

import { createSqliteOutbox, type Alarm, type RelayEvent } from '@freshtag/core/relay';

import { temporaryFolder } from '../src/index.ts';
import {
  createMemoryOutbox,
  makeRelay,
  rowsOf,
  startCloud,
  startRelay,
  startTimed,
} from './relay-world.ts';

/** What a process warns of while the test runs. */
function warnings(): string[] {
  const said: string[] = [];
  const listen = ({ name, message }: Error): void =>
    void (name === 'FreshtagWarning' && said.push(message));
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));
  return said;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

function alarmsIn(events: readonly RelayEvent[]): (readonly [string, boolean])[] {
  return events.flatMap((event) =>
    event.type === 'alarm' ? [[event.alarm.kind, event.alarm.raised] as const] : [],
  );
}

describe('the alarms of the relay', () => {
  test('tell once that it is behind, and once that it has caught up', async ({ expect }) => {
    const { edge, clock, store, passUntil } = await startTimed();
    const heard: Alarm[] = [];
    const alarm = { maxAgeMs: 60_000, onAlarm: (one: Alarm) => void heard.push(one) };
    const { relay, events } = await startRelay(edge, store, { clock, alarm });
    edge.injectFault({ kind: 'quota-exceeded' });
    await store.append(rowsOf(['page:/a']));

    await passUntil(() => heard.length === 1, 100);
    expect(await relay.health()).toMatchObject({ state: 'running', ok: false });
    const behindAtMs = clock.now();
    await passUntil(() => clock.now() > behindAtMs + 60_000, 1000);
    await relay.redrive();
    await passUntil(() => heard.length === 2, 100);

    expect(heard.map(({ kind, raised }) => [kind, raised])).toEqual([
      ['behind', true],
      ['behind', false],
    ]);
    expect(heard[0]?.problem?.code).toBe('QUOTA_EXCEEDED');
    expect(alarmsIn(events)).toEqual([
      ['behind', true],
      ['behind', false],
    ]);
    expect(await relay.health()).toMatchObject({ ok: true });
  });

  test('tell that something is parked until it is redriven', async ({ expect }) => {
    const { edge, clock, store, passUntil } = await startTimed();
    const { relay, events } = await startRelay(edge, store, { clock });
    edge.refuseRefreshes({ code: 'InvalidParameters' });
    await store.append(rowsOf(['page:/a']));

    await passUntil(() => alarmsIn(events).length === 1, 100);
    await relay.redrive();
    await passUntil(() => alarmsIn(events).length === 2, 100);

    expect(alarmsIn(events)).toEqual([
      ['parked', true],
      ['parked', false],
    ]);
  });

  test('tell that the store cannot be read, and the relay goes on when it can', async ({
    expect,
  }) => {
    const { edge, clock, passUntil } = await startTimed();
    const file = join(temporaryFolder(), 'outbox.db');
    const store = createSqliteOutbox({ file });
    const { relay, events } = await startRelay(edge, store, { clock, secondPassDelayMs: false });
    const somebody = new DatabaseSync(file);
    onTestFinished(async () => {
      somebody.close();
      await store.close();
    });
    const { name } = somebody
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%outbox'")
      .get() as { readonly name: string };
    await store.append(rowsOf(['page:/a']));
    somebody.exec(`ALTER TABLE ${name} RENAME TO away`);

    await passUntil(() => alarmsIn(events).length === 1, 100);
    expect(await relay.health()).toMatchObject({ ok: false, problem: { code: 'OUTBOX_REFUSED' } });
    expect(events.map(({ type }) => type)).toContain('store-unavailable');
    somebody.exec(`ALTER TABLE away RENAME TO ${name}`);
    await passUntil(() => alarmsIn(events).length === 2, 100);
    await passUntil(() => events.some((event) => event.type === 'completed'), 100);

    expect(alarmsIn(events)).toEqual([
      ['store-unavailable', true],
      ['store-unavailable', false],
    ]);
    expect(await relay.health()).toMatchObject({ ok: true });
  });

  test('and the rows wait where only the pace of all relays cannot be had', async ({ expect }) => {
    const { edge } = await startCloud();
    const file = join(temporaryFolder(), 'outbox.db');
    const store = createSqliteOutbox({ file });
    const { relay, told, events } = await startRelay(edge, store, { secondPassDelayMs: false });
    const somebody = new DatabaseSync(file);
    onTestFinished(async () => {
      somebody.close();
      await store.close();
    });
    const { name } = somebody
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%turn'")
      .get() as { readonly name: string };
    somebody.exec(`ALTER TABLE ${name} RENAME TO away`);
    await store.append(rowsOf(['page:/a']));

    await told('waiting');
    somebody.exec(`ALTER TABLE away RENAME TO ${name}`);
    await relay.drain();

    expect(events.map(({ type }) => type)).not.toContain('parked');
    expect(await store.history()).toMatchObject([{ state: 'complete', attempts: 0 }]);
  });

  test('are told again to a callback that throws, and to it alone', async ({ expect }) => {
    const { edge, clock, store, passUntil } = await startTimed();
    const said = warnings();
    const taken: string[] = [];
    const url = await serve((request, response) => {
      taken.push(String(request.headers['x-key']));
      response.end();
    });
    let calls = 0;
    const onAlarm = (): void => {
      calls += 1;
      if (calls < 3) throw new Error('no');
    };
    const webhook = { url, headers: { 'x-key': 'k' } };
    const alarm = { maxAgeMs: 20_000, onAlarm, webhook };
    const { events } = await startRelay(edge, store, { clock, alarm });
    edge.injectFault({ kind: 'quota-exceeded' });
    await store.append(rowsOf(['page:/a']));

    await passUntil(() => calls === 3 && taken.length > 0, 100);

    expect(taken).toEqual(['k']);
    expect(alarmsIn(events)).toHaveLength(1);
    expect(said).toHaveLength(2);
  });

  test('are posted until the webhook takes them, and its address is told to nobody', async ({
    expect,
  }) => {
    const { edge, clock, store, passUntil } = await startTimed();
    const said = warnings();
    const bodies: string[] = [];
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(body);
        if (bodies.length === 1) response.destroy();
        else response.writeHead(bodies.length === 2 ? 500 : 204).end();
      });
    });
    const webhook = { url: `${url}/T0/B0/verysecret` };
    const alarm = { maxAgeMs: 20_000, webhook };
    const { events } = await startRelay(edge, store, { clock, alarm });
    edge.injectFault({ kind: 'quota-exceeded' });
    await store.append(rowsOf(['page:/a']));

    await passUntil(() => bodies.length === 3, 10);

    expect(JSON.parse(bodies[2] ?? '')).toMatchObject({
      source: 'freshtag relay',
      kind: 'behind',
      raised: true,
      message: expect.stringContaining('visitors'),
    });
    expect(said).toEqual([
      expect.stringContaining('the webhook failed (ECONNRESET)'),
      expect.stringContaining('the webhook answered 500'),
    ]);
    const told = JSON.stringify([said, events]);
    expect(told).not.toContain('verysecret');
    expect(told).not.toContain('127.0.0.1');
  });
});

describe('the health of the relay', () => {
  test('is told in every state', async ({ expect }) => {
    const { edge } = await startCloud();
    const store = createMemoryOutbox();
    const { relay } = makeRelay(edge, store);
    const states = [await relay.health()];
    await relay.start();
    states.push(await relay.health());
    const stopping = relay.stop();
    states.push(await relay.health());
    await stopping;
    states.push(await relay.health());

    expect(states.map(({ state, ok }) => [state, ok])).toEqual([
      ['idle', false],
      ['running', true],
      ['stopping', false],
      ['stopped', false],
    ]);
    expect(states[1]).toEqual({
      state: 'running',
      ok: true,
      circuit: 'closed',
      blockedMs: 0,
      problem: undefined,
      statistics: {
        waiting: 0,
        parked: 0,
        batches: 0,
        parkedBatches: 0,
        oldestAgeMs: 0,
        problem: undefined,
      },
    });
  });

  test('has the reason when the store does not answer', async ({ expect }) => {
    const { edge } = await startCloud();
    const store = createSqliteOutbox({ file: join(temporaryFolder(), 'outbox.db') });
    const { relay } = makeRelay(edge, store);

    const health = await relay.health();
    await store.close();

    expect(health).toMatchObject({ ok: false, problem: { code: 'OUTBOX_REFUSED' } });
    expect(health.statistics).toBeUndefined();
  });
});

describe('the events of the relay', () => {
  for (const [how, onEvent] of [
    [
      'throws',
      (): void => {
        throw new Error('listener');
      },
    ],
    [
      'rejects',
      async (): Promise<void> => {
        throw new Error('listener');
      },
    ],
  ] as const)
    test(`harm nobody when the listener ${how}`, async ({ expect }) => {
      const { edge } = await startCloud();
      const said = warnings();
      const store = createMemoryOutbox();
      await store.append(rowsOf(['page:/a']));
      // oxlint-disable-next-line typescript/no-misused-promises -- what a user may give
      const { relay } = await startRelay(edge, store, { onEvent });

      await relay.drain();

      expect(await store.history()).toMatchObject([{ state: 'complete' }]);
      expect(said[0]).toContain('listener');
    });

  test('tell what was removed when its time was over', async ({ expect }) => {
    const { edge, clock, store, passUntil } = await startTimed();
    const retention = { maxAgeMs: 60_000 };
    const { events } = await startRelay(edge, store, { clock, retention });
    await store.append(rowsOf(['page:/a', 'page:/b']));
    await passUntil(() => events.some((event) => event.type === 'completed'));

    await passUntil(() => events.some((event) => event.type === 'pruned'), 10_000);

    expect(events).toContainEqual({ type: 'pruned', rows: 2 });
    expect(await store.history()).toEqual([]);
  });
});
