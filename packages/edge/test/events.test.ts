import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { describe, test } from 'vitest';

import { createEventLog, type EdgeEvent, type EffectEvent } from '../src/events.ts';
import { startPlainBench } from './support.ts';

function effect(taskId: number): EffectEvent {
  return { at: 0, type: 'effect', layer: 'pop-1', taskId: String(taskId), objects: 1 };
}

function stored(objects: number): EdgeEvent {
  return { at: 0, type: 'store', layer: 'pop-1', outcome: 'evicted', objects };
}

describe('the event log', () => {
  test('lists events of all types in their order, and of one type without the others', ({
    expect,
  }) => {
    const log = createEventLog();
    const events = [effect(1), stored(1), stored(2), effect(2)];
    for (const event of events) log.add(event);

    expect(log.list()).toEqual(events);
    expect(log.list('effect')).toEqual([effect(1), effect(2)]);
    expect(log.list('refresh')).toEqual([]);
  });

  test('keeps the last 10,000 of a type, however many of another there are', ({ expect }) => {
    const log = createEventLog();
    log.add(stored(1));
    for (let count = 1; count <= 10_003; count += 1) log.add(effect(count));

    const effects = log.list('effect');
    expect(effects).toHaveLength(10_000);
    expect([effects[0], effects.at(-1)]).toEqual([effect(4), effect(10_003)]);
    expect(log.list().slice(0, 2)).toEqual([stored(1), effect(4)]);
  });

  test('a list that was taken does not change', ({ expect }) => {
    const log = createEventLog();
    const before = log.list('effect');
    log.add(effect(1));

    expect([before, log.list('effect')]).toEqual([[], [effect(1)]]);
  });

  test('tells every listener each event until it is ended, also one that listens twice', ({
    expect,
  }) => {
    const log = createEventLog();
    const heard: EdgeEvent[] = [];
    const listener = (event: EdgeEvent): void => void heard.push(event);
    const [end, endOther] = [log.subscribe(listener), log.subscribe(listener)];
    log.add(effect(1));
    end();
    end();
    log.add(effect(2));
    endOther();
    log.add(effect(3));

    expect(heard).toEqual([effect(1), effect(1), effect(2)]);
  });
});

describe('the events of an edge', () => {
  test('are told as they happen and listed in their order, refreshes and faults also alone', async ({
    expect,
  }) => {
    const { edge, refresh } = await startPlainBench();
    const heard: EdgeEvent[] = [];
    const end = edge.onEvent((event) => heard.push(event));
    await refresh(['a']);
    edge.injectFault({ kind: 'throttled' });
    await expect(refresh(['b'])).rejects.toThrow();
    end();
    await refresh(['c']);

    expect(heard.map(({ type }) => type)).toEqual(['refresh', 'refresh', 'fault']);
    expect(edge.events.slice(0, 3)).toEqual(heard);
    expect(edge.refreshes.map(({ tags }) => tags[0])).toEqual(['a', 'b', 'c']);
    expect(edge.faults).toMatchObject([{ kind: 'throttled' }]);
  });

  test('a listener that throws is an uncaught exception, and the call that it heard of is answered', async ({
    expect,
  }) => {
    const script = `
      import { createDcdnClient, refreshObjectCacheByCacheTag } from '@freshtag/core';
      import { startEdge } from '@freshtag/edge';
      process.on('uncaughtException', (error) => console.log(error.message));
      const edge = await startEdge({ domains: { 'www.example.com': 'http://127.0.0.1:9' } });
      edge.onEvent(() => { throw new Error('a listener broke'); });
      const credentials = { accessKeyId: 'testid', accessKeySecret: 'testsecret' };
      const client = createDcdnClient({ endpoint: edge.apiUrl, credentials, env: {} });
      const parameters = { domainName: 'www.example.com', cacheTags: ['a'] };
      const { taskIds } = await refreshObjectCacheByCacheTag(client, parameters);
      console.log(taskIds.length);
      await client.close();
      await edge.close();
    `;
    const flags = ['--conditions=@freshtag/source', '--input-type=module', '--eval', script];
    const cwd = new URL('..', import.meta.url);

    const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd, timeout: 15_000 });

    expect(stdout).toBe('a listener broke\n1\n');
  });
});
