import { execFile } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';

import { describe, test } from 'vitest';

import { asCall, call, send, type Sent } from './signed-call.ts';
import { serve, startBench, startOrigin, startPlainBench, summary, type Bench } from './support.ts';

const BY_TAG = 'RefreshDcdnObjectCacheByCacheTag';
const CLOSED = { code: 'UND_ERR_SOCKET' };

/** A bench that has one page tagged `page` in its cache. */
async function startWithPage(): Promise<Bench> {
  const origin = await startOrigin(serve({ body: 'body' }));
  const bench = await startBench(origin.url);
  await bench.visit('/');
  return bench;
}

/** Whether a refresh of the page has taken effect, once it could have reached every cache. */
async function tookEffect({ clock, visit }: Bench): Promise<boolean> {
  clock.advance(1000);
  return summary(await visit('/')) === 'MISS body';
}

/** Sends a call that may never be answered, and waits until its fault has happened. */
async function sendAndLeave(bench: Bench, sent: Sent = {}): Promise<() => Promise<unknown>> {
  const leaving = new AbortController();
  const before = bench.edge.faults.length;
  const ended = send(bench, { ...sent, signal: leaving.signal }).then(
    (answer) => answer.statusCode,
    (error: unknown) => (error as Error).name,
  );
  while (bench.edge.faults.length === before) await setImmediate();
  return () => {
    leaving.abort();
    return ended;
  };
}

describe('a fault that answers instead of the cloud', () => {
  const envelope = ['RequestId', 'HostId', 'Code', 'Message', 'Recommend'];

  test.for([
    [{ kind: 'throttled' }, 400, 'Throttling.User', undefined],
    [{ kind: 'throttled', code: 'Throttling.Api' }, 400, 'Throttling.Api', undefined],
    [{ kind: 'throttled', retryAfterMs: 1500 }, 400, 'Throttling.User', '1500'],
    [
      { kind: 'refused', code: 'TooMany.Refresh', message: 'Full.' },
      400,
      'TooMany.Refresh',
      undefined,
    ],
    [{ kind: 'refused', code: 'ServiceBusy', status: 403 }, 403, 'ServiceBusy', undefined],
    [{ kind: 'unavailable' }, 503, 'ServiceUnavailable', undefined],
    [{ kind: 'quota-exceeded' }, 400, 'QuotaExceeded.Refresh', undefined],
    [{ kind: 'queue-full' }, 400, 'TooMany.Refresh', undefined],
  ] as const)(
    '%j is the cloud’s own error, and nothing is refreshed',
    async ([fault, status, code, retryAfter], { expect }) => {
      const bench = await startWithPage();
      bench.edge.injectFault(fault);
      const at = bench.clock.now();

      const answer = await send(bench);
      const json = (await answer.body.json()) as Record<string, unknown>;

      expect(answer.statusCode).toBe(status);
      expect(answer.headers['x-acs-retry-after']).toBe(retryAfter);
      expect(Object.keys(json)).toEqual(envelope);
      expect(json['Code']).toBe(code);
      if ('message' in fault) expect(json['Message']).toBe(fault.message);
      expect(bench.edge.faults).toEqual([{ at, type: 'fault', kind: fault.kind, action: BY_TAG }]);
      expect(bench.edge.refreshes).toMatchObject([{ outcome: 'refused', code, fault: fault.kind }]);
      expect(await tookEffect(bench)).toBe(false);
    },
  );

  test('html is a page that no part of the cloud’s API sends, and nothing is refreshed', async ({
    expect,
  }) => {
    const bench = await startWithPage();
    bench.edge.injectFault({ kind: 'html' });

    const answer = await send(bench);

    expect(answer.statusCode).toBe(502);
    expect(answer.headers['content-type']).toBe('text/html');
    expect(await answer.body.text()).toMatch(/^<html>[^]*502 Bad Gateway[^]*<\/html>\s*$/);
    expect(bench.edge.refreshes).toMatchObject([{ outcome: 'refused', fault: 'html' }]);
    expect(bench.edge.refreshes[0]).not.toHaveProperty('code');
    expect(await tookEffect(bench)).toBe(false);
  });

  test('xml is the cloud’s error in its old form, and nothing is refreshed', async ({ expect }) => {
    const bench = await startWithPage();
    bench.edge.injectFault({ kind: 'xml', code: 'Throttling', status: 503, message: '1 < 2 & 3' });

    const answer = await send(bench);

    expect(answer.statusCode).toBe(503);
    expect(answer.headers['content-type']).toBe('text/xml;charset=utf-8');
    expect(await answer.body.text()).toMatch(
      /^<\?xml version='1\.0' encoding='UTF-8'\?><Error><RequestId>[0-9A-F-]{36}<\/RequestId><HostId>127\.0\.0\.1:\d+<\/HostId><Code>Throttling<\/Code><Message>1 &lt; 2 &amp; 3<\/Message><Recommend>.+<\/Recommend><\/Error>$/,
    );
    expect(await tookEffect(bench)).toBe(false);
  });
});

describe.for([true, false])('a fault that loses the answer, applied %s', (applied) => {
  test('truncated is a 200 that ends in its middle', async ({ expect }) => {
    const bench = await startWithPage();
    bench.edge.injectFault({ kind: 'truncated', applied });

    const answer = await send(bench);

    expect(answer.statusCode).toBe(200);
    const promised = Number(answer.headers['content-length']);
    let seen = '';
    const reading = (async () => {
      for await (const chunk of answer.body) seen += String(chunk);
    })();
    await expect(reading).rejects.toMatchObject(CLOSED);
    expect(seen).toHaveLength(Math.floor(promised / 2));
    expect(seen).toMatch(/^\{"RequestId":"[0-9A-F]/);
    expect(bench.edge.faults).toMatchObject([{ kind: 'truncated', applied }]);
    expect(await tookEffect(bench)).toBe(applied);
  });

  test('cut is a connection that ends before any answer', async ({ expect }) => {
    const bench = await startWithPage();
    bench.edge.injectFault({ kind: 'cut', applied });

    await expect(send(bench)).rejects.toMatchObject(CLOSED);

    expect(bench.edge.faults).toMatchObject([{ kind: 'cut', applied }]);
    expect(bench.edge.refreshes).toMatchObject([
      { outcome: applied ? 'accepted' : 'refused', fault: 'cut' },
    ]);
    expect(await tookEffect(bench)).toBe(applied);
  });

  test('silent never answers, and ends when the caller leaves', async ({ expect }) => {
    const bench = await startWithPage();
    bench.edge.injectFault({ kind: 'silent', applied });

    const leave = await sendAndLeave(bench);
    expect((await call(bench, asCall('DescribeDcdnRefreshQuota'))).status).toBe(200);

    expect(await leave()).toBe('AbortError');
    expect(bench.edge.faults).toMatchObject([{ kind: 'silent', applied }]);
    expect(await tookEffect(bench)).toBe(applied);
  });

  test('a refresh that the cloud would refuse does not take effect either', async ({ expect }) => {
    const bench = await startWithPage();
    bench.edge.injectFault({ kind: 'cut', applied });

    await expect(send(bench, { query: 'CacheTag=page&DomainName=other' })).rejects.toMatchObject(
      CLOSED,
    );

    expect(bench.edge.faults).toMatchObject([{ applied: false }]);
    expect(bench.edge.refreshes).toMatchObject([{ outcome: 'refused' }]);
  });
});

describe('a fault of time', () => {
  test('slow takes effect at once and answers after its delay, by the edge’s clock', async ({
    expect,
  }) => {
    const bench = await startWithPage();
    bench.edge.injectFault({ kind: 'slow', delayMs: 3_600_000 });
    let answered = false;
    const answering = call(bench).finally(() => (answered = true));
    while (bench.edge.faults.length === 0) await setImmediate();

    expect(await tookEffect(bench)).toBe(true);
    bench.clock.advance(3_600_000 - 1001);
    // A call that was made later is answered: the slow one had its chance.
    await call(bench, asCall('DescribeDcdnRefreshQuota'));
    expect(answered).toBe(false);
    bench.clock.advance(1);

    expect((await answering).status).toBe(200);
    expect(bench.edge.faults).toMatchObject([{ kind: 'slow', delayMs: 3_600_000, action: BY_TAG }]);
  });

  test('slow, too slow for the caller, has taken effect all the same', async ({ expect }) => {
    const bench = await startWithPage();
    bench.edge.injectFault({ kind: 'slow', delayMs: 2 ** 31 - 1 });

    const leave = await sendAndLeave(bench);

    expect(await leave()).toBe('AbortError');
    expect(await tookEffect(bench)).toBe(true);
  });

  test('close ends calls that wait, and leaves nothing that keeps a process alive', async ({
    expect,
  }) => {
    const script = `
      import { createDcdnClient } from '@freshtag/core';
      import { startEdge } from '@freshtag/edge';
      const edge = await startEdge({ domains: { 'www.example.com': 'http://127.0.0.1:9' } });
      const credentials = { accessKeyId: 'testid', accessKeySecret: 'testsecret' };
      const client = createDcdnClient({ endpoint: edge.apiUrl, credentials, env: {} });
      edge.injectFault({ kind: 'silent' });
      edge.injectFault({ kind: 'slow', delayMs: 3_600_000 });
      const calls = [1, 2].map(() => client.call('DescribeDcdnRefreshQuota', {}));
      const ended = Promise.allSettled(calls);
      while (edge.faults.length < 2) await new Promise((resolve) => setImmediate(resolve));
      await edge.close();
      for (const { status } of await ended) console.log(status);
    `;
    const flags = ['--conditions=@freshtag/source', '--input-type=module', '--eval', script];
    const cwd = new URL('..', import.meta.url);

    const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd, timeout: 15_000 });

    expect(stdout).toBe('rejected\nrejected\n');
  });
});

describe('a fault of a task', () => {
  test.for([
    [{ kind: 'task-failed' }, 'Internal Error'],
    [{ kind: 'task-failed', description: 'Origin Timeout' }, 'Origin Timeout'],
  ] as const)(
    '%j is accepted, reported as failed, and refreshes nothing',
    async ([fault, description], { expect }) => {
      const bench = await startWithPage();
      bench.edge.injectFault(fault);

      const { status, json } = await call(bench);
      const TaskId = String(json['RefreshTaskId']);

      expect(status).toBe(200);
      expect(await tookEffect(bench)).toBe(false);
      const row = { TaskId, Status: 'Failed', Description: description };
      const byId = await call(bench, asCall('DescribeDcdnRefreshTaskById', { TaskId }));
      expect(byId.json['Tasks']).toMatchObject([{ ...row, Process: '0%' }]);
      const tasks = await call(bench, asCall('DescribeDcdnRefreshTasks', { TaskId }));
      expect(tasks.json['Tasks']).toMatchObject({ Task: [{ ...row, Process: '0' }] });
    },
  );

  test('task-unreported is accepted and takes effect, and no call ever tells of it', async ({
    expect,
  }) => {
    const bench = await startWithPage();
    bench.edge.injectFault({ kind: 'task-unreported' });

    const TaskId = String((await call(bench)).json['RefreshTaskId']);

    expect(await tookEffect(bench)).toBe(true);
    const byId = await call(bench, asCall('DescribeDcdnRefreshTaskById', { TaskId }));
    expect(byId.json).toMatchObject({ TotalCount: 0, Tasks: [] });
    const tasks = await call(bench, asCall('DescribeDcdnRefreshTasks'));
    expect(tasks.json).toMatchObject({ TotalCount: 0, Tasks: { Task: [] } });
    expect(bench.edge.refreshes).toMatchObject([{ outcome: 'accepted', taskId: TaskId }]);
  });

  test('waits for a refresh and lets other calls pass', async ({ expect }) => {
    const bench = await startPlainBench();
    bench.edge.injectFault({ kind: 'task-failed' });

    await call(bench, asCall('DescribeDcdnRefreshQuota'));
    expect(bench.edge.faults).toEqual([]);
    await call(bench);
    expect(bench.edge.faults).toMatchObject([{ kind: 'task-failed', action: BY_TAG }]);
  });
});
