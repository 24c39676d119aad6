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

  test('asks again after an outage, and settles where the key may not ask', async ({ expect }) => {
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
  });

  test.for([
    'InvalidAccessKeyId.NotFound',
    'InvalidSecurityToken.Expired',
    'SignatureDoesNotMatch',
    'IllegalOperationDomain',
    'InvalidParameters',
  ])('keeps what is known when asking can only fail from now on (%s)', async (Code, { expect }) => {
    const { options, asked } = await answering(
      [200, { Tasks: [task('1', 'Complete'), task('2', 'Refreshing')] }],
      [403, { Code, Message: 'no' }],
    );
    const told: string[] = [];
    const ended = await waitForCompletion([receipt('1'), receipt('2'), receipt('3')], {
      ...options,
      onCompletion: ({ status }) => told.push(status),
    });
    expect(ended).toMatchObject([
      { status: 'complete', receipt: { taskIds: ['1'] } },
      { status: 'unknown', receipt: { taskIds: ['2'] }, error: { apiCode: Code } },
      { status: 'unknown', receipt: { taskIds: ['3'] } },
    ]);
    expect(told).toEqual(['complete', 'unknown', 'unknown']);
    expect(asked).toHaveLength(2);
  });

  test('has told what is known when it is aborted', async ({ expect }) => {
    const { options } = await answering([
      200,
      { Tasks: [task('1', 'Complete'), task('2', 'Refreshing')] },
    ]);
    const abort = new AbortController();
    const clock: Clock = {
      now: () => 0,
      sleep: async () => {
        abort.abort(new Error('enough'));
        throw abort.signal.reason;
      },
    };
    const told: unknown[] = [];
    const waiting = waitForCompletion([receipt('1'), receipt('2')], {
      ...options,
      clock,
      signal: abort.signal,
      onCompletion: (completion) => told.push([completion.receipt.taskIds, completion.status]),
    });
    await expect(waiting).rejects.toThrow('enough');
    expect(told).toEqual([[['1'], 'complete']]);
  });

  test.for([
    [{ pollIntervalMs: Number.NaN }, /^pollIntervalMs: NaN is not allowed/],
    [{ pollIntervalMs: -1 }, /^pollIntervalMs: -1/],
    [{ pollIntervalMs: 1e12 }, /^pollIntervalMs: 1000000000000/],
    [{ settleMs: -1 }, /^settleMs: -1/],
    [{ completionTimeoutMs: Infinity }, /^completionTimeoutMs: Infinity/],
  ] as const)('refuses %j before it asks', async ([more, message], { expect }) => {
    const { options, asked } = await answering([200, { Tasks: [] }]);
    await expect(waitForCompletion([receipt('1')], { ...options, ...more })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    });
    expect(asked).toEqual([]);
  });

  test.for([
    ['of a receipt from the future', 1e15, (nowMs: number) => nowMs],
    ['of a receipt without a time', Number.NaN, (nowMs: number) => nowMs],
    ['with a clock that runs back', 0, (nowMs: number) => -nowMs],
    ['with a clock that stands', 0, () => 0],
  ] as const)('comes to an end %s', async ([, atMs, bend], { expect }) => {
    const { options } = await answering([200, { Tasks: [] }]);
    const { clock } = options;
    const ended = await waitForCompletion([{ ...receipt('1'), atMs }], {
      ...options,
      clock: { now: () => bend(clock.now()), sleep: (delayMs) => clock.sleep(delayMs) },
      settleMs: 60_000,
    });
    expect(ended).toMatchObject([{ status: 'settled' }]);
    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
    expect(clock.now()).toBeLessThan(65_000);
  });

  test('of nothing asks nothing', async ({ expect }) => {
    const { options, asked } = await answering([500, {}]);
    expect(await waitForCompletion([], options)).toEqual([]);
    expect(asked).toEqual([]);
  });
});
