import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';

import { describe, onTestFinished, test } from 'vitest';

import {
  createDcdnClient,
  describeRefreshQuota,
  describeRefreshTasks,
  describeRefreshTasksById,
  refreshObjectCacheByCacheTag,
  refreshObjectCaches,
} from '@freshtag/core';
import { startEdge } from '@freshtag/edge';

import { credentials, domain } from './world.ts';

async function open() {
  const edge = await startEdge({
    domains: { [domain]: 'http://127.0.0.1:1' },
    pointsOfPresence: [{ name: 'pop', propagationDelayMs: 0 }],
    secondLayer: { propagationDelayMs: 0 },
  });
  const client = createDcdnClient({
    endpoint: edge.apiUrl,
    credentials,
    maxCallsPerSecond: 100,
    env: {},
  });
  onTestFinished(async () => {
    await client.close();
    await edge.close();
  });
  return { edge, client };
}

describe('the calls of the API', () => {
  test('a refresh by URL has a task, spends quota, and is refused with more than the cloud takes', async ({
    expect,
  }) => {
    const { client } = await open();
    const before = await describeRefreshQuota(client);
    const { taskIds } = await refreshObjectCaches(client, {
      objectPaths: [`https://${domain}/a`, `https://${domain}/b`],
      force: true,
    });
    const after = await describeRefreshQuota(client);
    const left = (quotas: typeof before) =>
      quotas.find(({ kind }) => kind === 'url')?.remaining ?? 0;
    expect(taskIds).toHaveLength(1);
    expect(left(before) - left(after)).toBe(2);
    const many = Array.from({ length: 1001 }, (_, id) => `https://${domain}/${id}`);
    await expect(refreshObjectCaches(client, { objectPaths: many })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
    await expect(refreshObjectCaches(client, { objectPaths: ['a\nb'] })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  test('tasks are found by id and listed by page, whichever form the answer has', async ({
    expect,
  }) => {
    const { client } = await open();
    const { taskIds } = await refreshObjectCaches(client, {
      objectPaths: [`https://${domain}/dir/`],
      objectType: 'Directory',
    });
    await refreshObjectCacheByCacheTag(client, {
      domainName: domain,
      cacheTags: ['a'],
      force: true,
    });
    expect(await describeRefreshTasksById(client, taskIds)).toMatchObject([
      { taskId: taskIds[0], status: 'complete', percent: 100 },
    ]);
    const page = await describeRefreshTasks(client, { pageNumber: 1, pageSize: 1 });
    expect(page).toMatchObject({
      totalCount: 2,
      pageNumber: 1,
      pageSize: 1,
      tasks: [{ status: 'complete', percent: 100 }],
    });
    const day = 86_400_000;
    const times = { startTime: new Date(Date.now() - day), endTime: new Date(Date.now() + day) };
    expect((await describeRefreshTasks(client, times)).totalCount).toBe(2);
    await expect(describeRefreshTasks(client, { startTime: new Date() })).rejects.toMatchObject({
      name: 'DcdnError',
    });
    await expect(describeRefreshTasksById(client, Array(11).fill('1'))).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });
});

describe('the transport', () => {
  test('keeps its connections from call to call', async ({ expect }) => {
    const sockets = new Set<unknown>();
    const server = createServer((request, response) => {
      sockets.add(request.socket);
      response.end('{"RequestId":"R","RefreshTaskId":"1"}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = createDcdnClient({
      endpoint: `http://127.0.0.1:${portOf(server.address())}`,
      credentials,
      maxCallsPerSecond: 100,
      env: {},
    });
    onTestFinished(async () => {
      await client.close();
      server.close();
    });
    for (let call = 0; call < 8; call += 1) await describeRefreshQuota(client);
    // undici rests a connection for one turn of the event loop, so two take turns.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  test('goes through the proxy that the environment names, but never to a local edge', async ({
    expect,
  }) => {
    const { edge, client: direct } = await open();
    const through: string[] = [];
    const proxy = createServer((request, response) => {
      through.push(request.url ?? '');
      pass(request, edge.apiUrl).on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
    });
    proxy.on('connect', (request, socket) => {
      through.push(request.url ?? '');
      const { port } = new URL(edge.apiUrl);
      const target = connect(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
      target.on('error', () => socket.destroy());
      socket.on('error', () => target.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const env = { http_proxy: `http://127.0.0.1:${portOf(proxy.address())}` };
    const client = createDcdnClient({ endpoint: 'http://dcdn.example.test', credentials, env });
    const local = createDcdnClient({ endpoint: edge.apiUrl, credentials, env });
    onTestFinished(async () => {
      await client.close();
      await local.close();
      proxy.closeAllConnections();
      proxy.close();
    });
    expect((await describeRefreshQuota(client)).length).toBeGreaterThan(0);
    expect(through.join()).toContain('dcdn.example.test');
    const seen = through.length;
    await describeRefreshQuota(local);
    await describeRefreshQuota(direct);
    expect(through).toHaveLength(seen);
  });

  test('takes a dispatcher of the caller’s instead, and leaves it open', async ({ expect }) => {
    const { edge } = await open();
    const { Agent } = await import('undici');
    const dispatcher = new Agent();
    onTestFinished(() => dispatcher.close());
    const client = createDcdnClient({ endpoint: edge.apiUrl, credentials, dispatcher, env: {} });
    await describeRefreshQuota(client);
    await client.close();
    expect((await describeRefreshQuota(client)).length).toBeGreaterThan(0);
  });
});

function pass(request: IncomingMessage, target: string) {
  const path = URL.parse(request.url ?? '/', target);
  return forward(new URL((path?.pathname ?? '/') + (path?.search ?? ''), target), {
    method: request.method ?? 'GET',
    headers: request.headers,
  }).end();
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
