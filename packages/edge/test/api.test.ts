import {
  createDcdnClient,
  describeRefreshTasksById,
  refreshObjectCacheByCacheTag,
} from '@freshtag/core';
import { describe, test } from 'vitest';

import {
  CREDENTIALS,
  DOMAIN,
  serve,
  startBench,
  startOrigin,
  startPlainBench,
  summary,
} from './support.ts';

describe('the API', () => {
  test('reports a task as the share of caches that it has reached', async ({ expect }) => {
    const { refresh, clock, client } = await startPlainBench();
    const taskId = await refresh(['page', 'other']);
    const seen: string[] = [];
    for (const durationMs of [0, 200, 299, 1, 299, 1]) {
      clock.advance(durationMs);
      const [task] = await describeRefreshTasksById(client, [taskId]);
      seen.push(`${task?.percent} ${task?.status}`);
    }

    expect(seen).toEqual([
      '0 refreshing',
      '33 refreshing',
      '33 refreshing',
      '67 refreshing',
      '67 refreshing',
      '100 complete',
    ]);
    expect((await client.call('DescribeDcdnRefreshTaskById', { TaskId: taskId }))['Tasks']).toEqual(
      [
        {
          TaskId: taskId,
          ObjectPath: 'page,other',
          ObjectType: 'tag',
          Process: '100%',
          Status: 'Complete',
          CreationTime: '2026-01-01T00:00:00Z',
        },
      ],
    );
  });

  test('leaves out tasks that it does not know, and refuses malformed or too many ids', async ({
    expect,
  }) => {
    const { refresh, client } = await startPlainBench();
    const taskId = await refresh(['page']);
    const describeTasks = (TaskId: string): Promise<unknown> =>
      client.call('DescribeDcdnRefreshTaskById', { TaskId });

    expect(await describeTasks(`${taskId},1`)).toMatchObject({
      TotalCount: 1,
      Tasks: [{ TaskId: taskId }],
    });
    await expect(describeTasks('')).rejects.toMatchObject({ apiCode: 'MissingTaskId' });
    await expect(describeTasks('abc')).rejects.toMatchObject({
      apiCode: 'InvalidTaskId.Malformed',
    });
    await expect(describeTasks('1,,2')).rejects.toMatchObject({
      apiCode: 'InvalidTaskId.Malformed',
    });
    await expect(describeTasks(Array(11).fill('1').join(','))).rejects.toMatchObject({
      apiCode: 'InvalidTaskId',
    });
  });

  test('a refused refresh changes nothing, and the refusals end after as many calls as told', async ({
    expect,
  }) => {
    const origin = await startOrigin(serve({ body: 'old' }));
    const { edge, refresh, clock, visit, client } = await startBench(origin.url);
    await visit('/');
    edge.refuseRefreshes({ code: 'TooManyRequests', status: 429, message: 'Busy.', times: 2 });
    edge.refuseRefreshes({ code: 'QuotaExceeded.Refresh' });

    await expect(refresh(['page'])).rejects.toMatchObject({
      apiCode: 'TooManyRequests',
      status: 429,
      apiMessage: 'Busy.',
    });
    await expect(
      client.call('DescribeDcdnRefreshTaskById', { TaskId: '1' }),
    ).resolves.toBeDefined();
    await expect(refresh(['page'])).rejects.toMatchObject({ apiCode: 'TooManyRequests' });
    await expect(refresh(['page'])).rejects.toMatchObject({
      apiCode: 'QuotaExceeded.Refresh',
      status: 400,
    });
    clock.advance(1000);
    expect(summary(await visit('/'))).toBe('HIT old');

    await refresh(['page']);
    clock.advance(1000);
    expect(summary(await visit('/'))).toBe('MISS old');
  });

  test('a call with a wrong signature uses up no refusal', async ({ expect }) => {
    const { edge, refresh } = await startPlainBench();
    edge.refuseRefreshes({ code: 'ServiceBusy', status: 403 });
    const stranger = createDcdnClient({
      endpoint: edge.apiUrl,
      credentials: { ...CREDENTIALS, accessKeySecret: 'wrong' },
    });
    const parameters = { domainName: DOMAIN, cacheTags: ['page'] };

    await expect(refreshObjectCacheByCacheTag(stranger, parameters)).rejects.toMatchObject({
      apiCode: 'SignatureDoesNotMatch',
    });
    await expect(refresh(['page'])).rejects.toMatchObject({ apiCode: 'ServiceBusy' });
  });

  test.for([
    [{ code: '' }, 'code'],
    [{ code: 'A', status: 200 }, 'status'],
    [{ code: 'A', times: 0 }, 'times'],
  ] as const)('refuseRefreshes does not take %j', async ([refusal, option], { expect }) => {
    const { edge } = await startPlainBench();

    expect(() => edge.refuseRefreshes(refusal)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(option) }),
    );
  });

  test('events tell every refresh and what became of it, oldest first', async ({ expect }) => {
    const { edge, refresh, clock } = await startPlainBench();
    const at = clock.now();
    const taskId = await refresh(['a', 'b'], false);
    clock.advance(5);
    edge.refuseRefreshes({ code: 'TooMany.Refresh' });
    await expect(refresh(['c'])).rejects.toThrow();

    expect(edge.refreshes).toEqual([
      {
        at,
        type: 'refresh',
        outcome: 'accepted',
        domain: DOMAIN,
        tags: ['a', 'b'],
        force: false,
        taskId,
      },
      {
        at: at + 5,
        type: 'refresh',
        outcome: 'refused',
        domain: DOMAIN,
        tags: ['c'],
        force: true,
        code: 'TooMany.Refresh',
        fault: 'refused',
      },
    ]);
  });
});
