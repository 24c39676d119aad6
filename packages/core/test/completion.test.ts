import { describe, test } from 'vitest';

import { waitForCompletion, type AcceptedReceipt, type Clock } from '@freshtag/core';

import { serve } from './serve.ts';

const credentials = { accessKeyId: 'id', accessKeySecret: 'secret' };

/** A clock that jumps when somebody sleeps. */
function jumpingClock(): Clock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    sleep: async (delayMs) => {
      nowMs += delayMs;
    },
  };
}

/** The API, giving one prepared answer after the other, the last one for ever. */
async function answering(...answers: readonly (readonly [number, unknown])[]) {
  const asked: string[] = [];
  const endpoint = await serve((request, response) => {
    const [status, body] = answers[Math.min(asked.length, answers.length - 1)] ?? [500, {}];
    asked.push(new URL(request.url ?? '', 'http://x').searchParams.get('TaskId') ?? '');
    response.writeHead(status).end(JSON.stringify(body));
  });
  return { asked, options: { endpoint, credentials, clock: jumpingClock() } };
}

const task = (TaskId: string, Status: string, Process = '50%') => ({ TaskId, Status, Process });
const receipt = (...taskIds: string[]): AcceptedReceipt => ({
  outcome: 'accepted',
  domain: 'www.example.com',
  tags: ['a'],
  force: true,
  atMs: 0,
  attempts: 1,
  requestId: 'R',
  taskIds,
});

describe('waiting for completion', () => {
  test('ends when every task of every receipt is complete, and asks no more for those that are', async ({
    expect,
  }) => {
    const { options, asked } = await answering(
      [200, { Tasks: [task('1', 'Refreshing'), task('2', 'Complete')] }],
      [200, { Tasks: [task('1', 'Complete')] }],
    );
    const percents: number[] = [];
    const ended = await waitForCompletion([receipt('1', '2')], {
      ...options,
      onProgress: (percent) => percents.push(percent),
    });
    expect(ended.map(({ status }) => status)).toEqual(['complete']);
    expect(asked).toEqual(['1,2', '1']);
    expect(percents).toEqual([75, 100]);
  });

  test('asks for ten tasks a call', async ({ expect }) => {
    const { options, asked } = await answering([
      200,
      { Tasks: Array.from({ length: 25 }, (_, id) => task(String(id), 'Complete')) },
    ]);
    await waitForCompletion(
      Array.from({ length: 25 }, (_, id) => receipt(String(id))),
      options,
    );
    expect(asked.map((ids) => ids.split(',').length)).toEqual([10, 10, 5]);
  });

  test('tells a failed task with the cloud’s reason', async ({ expect }) => {
    const { options } = await answering([
      200,
      { Tasks: [{ ...task('1', 'Failed'), Description: 'Origin Timeout' }, task('2', 'Complete')] },
    ]);
    const ended = await waitForCompletion([receipt('1'), receipt('2')], options);
    expect(ended).toMatchObject([
      { status: 'failed', description: 'Origin Timeout' },
      { status: 'complete' },
    ]);
  });

  test('calls settled, not complete, what the cloud never reports, once the settling time is over', async ({
    expect,
  }) => {
    const { options } = await answering([200, { Tasks: [] }]);
    const ended = await waitForCompletion([receipt('1')], { ...options, settleMs: 60_000 });
    expect(ended.map(({ status }) => status)).toEqual(['settled']);
    expect(options.clock.now()).toBe(60_000);
  });

  test('gives up on a task that is reported but does not end', async ({ expect }) => {
    const { options } = await answering([200, { Tasks: [task('1', 'Refreshing')] }]);
    const ended = await waitForCompletion([receipt('1')], {
      ...options,
      settleMs: 10_000,
      completionTimeoutMs: 100_000,
    });
    expect(ended.map(({ status }) => status)).toEqual(['unfinished']);
  });

  test('asks again after an outage, settles where the key may not ask, and stops at a wrong key', async ({
    expect,
  }) => {
    const passing = await answering(
      [503, { Code: 'ServiceUnavailable', Message: '' }],
      [429, { Code: 'TooManyRequests', Message: '' }],
      [400, { Code: 'Throttling.User', Message: '' }],
      [502, 'html'],
      [200, { Tasks: [task('1', 'Complete')] }],
    );
    expect(
      (await waitForCompletion([receipt('1')], passing.options)).map(({ status }) => status),
    ).toEqual(['complete']);
    const forbidden = await answering([403, { Code: 'Forbidden.RAM', Message: 'not allowed' }]);
    expect(
      (await waitForCompletion([receipt('1')], forbidden.options)).map(({ status }) => status),
    ).toEqual(['settled']);
    const wrongKey = await answering([404, { Code: 'InvalidAccessKeyId.NotFound', Message: '' }]);
    await expect(waitForCompletion([receipt('1')], wrongKey.options)).rejects.toMatchObject({
      code: 'KEY_REFUSED',
    });
  });

  test('of nothing asks nothing', async ({ expect }) => {
    const { options, asked } = await answering([500, {}]);
    expect(await waitForCompletion([], options)).toEqual([]);
    expect(asked).toEqual([]);
  });
});
