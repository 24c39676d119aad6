import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { describe, onTestFinished, test } from 'vitest';

import { planCalls, refresh, type Receipt, type RefreshOptions } from '@freshtag/core';
import { startEdge, type Edge, type Fault } from '@freshtag/edge';

import { credentials, domain, SecondsClock } from './world.ts';

const ORIGIN = 'http://127.0.0.1:1';

async function openEdge(more: { readonly maxCallsPerSecond?: number } = {}) {
  const clock = new SecondsClock();
  const edge = await startEdge({ domains: { [domain]: ORIGIN }, clock, ...more });
  onTestFinished(() => edge.close());
  const options = {
    domain,
    credentials,
    endpoint: edge.apiUrl,
    clock,
    random: () => 0.5,
    includeOverflow: false,
    timeoutMs: 500,
  };
  return { clock, edge, options };
}

const outcomes = (receipts: readonly Receipt[]) =>
  receipts.map((receipt) => [receipt.outcome, receipt.tags.join(',')].join(' '));
const accepted = (edge: Edge) => edge.refreshes.filter(({ outcome }) => outcome === 'accepted');

describe('a fault that passes is survived:', () => {
  test.for<readonly [string, Fault, calls: number]>([
    ['throttling that says how long', { kind: 'throttled', retryAfterMs: 7000 }, 1],
    ['throttling that does not', { kind: 'throttled' }, 1],
    ['a server that is unavailable', { kind: 'unavailable' }, 1],
    ['a proxy’s HTML', { kind: 'html' }, 1],
    ['an error in XML', { kind: 'xml', code: 'ServiceUnavailable', status: 503 }, 1],
    ['an answer that never comes, though it took effect', { kind: 'silent', applied: true }, 2],
    ['a connection that is cut before the answer', { kind: 'cut' }, 1],
    [
      'a connection that is cut in the middle of the answer',
      { kind: 'truncated', applied: true },
      2,
    ],
    ['a number of a call that was seen before', { kind: 'refused', code: 'SignatureNonceUsed' }, 1],
    ['a full queue', { kind: 'refused', code: 'TooMany.Refresh' }, 1],
    ['a rate by the minute', { kind: 'refused', code: 'QuotaPerMinuteExceeded.Refresh' }, 1],
  ])('%s', async ([, fault, calls], { expect }) => {
    const { edge, options } = await openEdge();
    edge.injectFault(fault);
    const receipts = await refresh(['a'], options);
    expect(receipts).toMatchObject([{ outcome: 'accepted', attempts: 2 }]);
    expect(accepted(edge)).toHaveLength(calls);
    expect(edge.faults).toHaveLength(1);
  });

  test('the wait that the cloud asks for is kept', async ({ expect }) => {
    const { clock, edge, options } = await openEdge();
    edge.injectFault({ kind: 'throttled', retryAfterMs: 7000 });
    await refresh(['a'], options);
    expect(clock.now()).toBeGreaterThanOrEqual(7000);
    expect(clock.now()).toBeLessThan(9000);
  });
});

describe('a fault that does not pass', () => {
  test('ends after the attempts that are allowed', async ({ expect }) => {
    const { edge, options } = await openEdge();
    edge.injectFault({ kind: 'unavailable', times: 100 });
    const receipts = await refresh(['a'], { ...options, retry: { maxAttempts: 4 } });
    expect(receipts).toMatchObject([
      { outcome: 'refused', attempts: 4, error: { code: 'CLOUD_BUSY', status: 503 } },
    ]);
  });

  test('ends before its time is over', async ({ expect }) => {
    const { clock, edge, options } = await openEdge();
    edge.injectFault({ kind: 'refused', code: 'TooMany.Refresh', times: 100 });
    await refresh(['a'], { ...options, retry: { maxAttempts: 50, budgetMs: 60_000 } });
    expect(clock.now()).toBeGreaterThan(20_000);
    expect(clock.now()).toBeLessThanOrEqual(60_000);
  });

  test.for([
    ['SignatureDoesNotMatch', 'SIGNATURE_REFUSED'],
    ['InvalidAccessKeyId.NotFound', 'KEY_REFUSED'],
    ['Forbidden.RAM', 'FORBIDDEN'],
    ['QuotaExceeded.Refresh', 'QUOTA_EXCEEDED'],
  ] as const)(
    'of the account (%s) is met once, and nothing more is sent to any domain',
    async ([code, expected], { expect }) => {
      const { edge, options } = await openEdge();
      edge.injectFault({ kind: 'refused', code, times: 100 });
      const limits = { maxTagsPerCall: 1 };
      const receipts = await refresh(['a', 'b'], {
        ...options,
        domain: [domain, 'other.example.com'],
        limits,
      });
      expect(outcomes(receipts)).toEqual(['refused a', 'not-sent b', 'not-sent a', 'not-sent b']);
      expect(
        receipts.every(
          (receipt) => receipt.outcome !== 'accepted' && receipt.error.code === expected,
        ),
      ).toBe(true);
      expect(edge.faults).toHaveLength(1);
    },
  );

  test('of one domain stops that domain alone', async ({ expect }) => {
    const { options } = await openEdge();
    const receipts = await refresh(['a', 'b'], {
      ...options,
      domain: ['other.example.com', domain],
      limits: { maxTagsPerCall: 1 },
    });
    expect(receipts.map(({ outcome, domain: of }) => `${outcome} ${of}`)).toEqual([
      'refused other.example.com',
      'not-sent other.example.com',
      `accepted ${domain}`,
      `accepted ${domain}`,
    ]);
  });

  test('ends at once when aborted, also in a wait', async ({ expect }) => {
    const { clock, edge, options } = await openEdge();
    edge.injectFault({ kind: 'throttled', retryAfterMs: 60_000 });
    const abort = new AbortController();
    clock.onSecond = async () => abort.abort(new Error('enough'));
    await expect(refresh(['a'], { ...options, signal: abort.signal })).rejects.toThrow('enough');
    expect(accepted(edge)).toEqual([]);
  });
});

describe('a batch that is refused', () => {
  const tags = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

  test('because of one tag is taken apart until that tag is alone', async ({ expect }) => {
    const { edge, options } = await openEdge();
    // Refused: all eight, the first four, the first two, and of these the first.
    edge.injectFault({ kind: 'refused', code: 'InvalidParameters', times: 4 });
    const receipts = await refresh(tags, options);
    expect(outcomes(receipts)).toEqual([
      'refused a',
      'accepted b',
      'accepted c,d',
      'accepted e,f,g,h',
    ]);
    expect(receipts[0]).toMatchObject({ error: { code: 'PARAMETER_REFUSED', recovery: 'split' } });
  });

  test('because it is too large is halved until it passes', async ({ expect }) => {
    const { edge, options } = await openEdge();
    edge.injectFault({ kind: 'refused', code: 'SingleRequest.OverLimit', times: 1 });
    expect(outcomes(await refresh(tags, options))).toEqual([
      'accepted a,b,c,d',
      'accepted e,f,g,h',
    ]);
  });

  test('because of something else is not taken apart to the last tag', async ({ expect }) => {
    const { edge, options } = await openEdge();
    edge.injectFault({ kind: 'refused', code: 'InvalidParameters', times: 100 });
    const receipts = await refresh(tags, options);
    expect(outcomes(receipts).slice(0, 3)).toEqual(['refused a', 'refused b', 'refused c']);
    expect(outcomes(receipts).slice(3)).toEqual(['not-sent d,e,f,g,h']);
    expect(edge.faults.length).toBeLessThan(8);
  });

  test('tells each part as soon as it is certain, also when it is aborted in between', async ({
    expect,
  }) => {
    const { clock, edge, options } = await openEdge();
    edge.injectFault({ kind: 'refused', code: 'InvalidParameters' });
    edge.injectFault({ kind: 'slow', delayMs: 0 });
    edge.injectFault({ kind: 'throttled', retryAfterMs: 60_000 });
    const abort = new AbortController();
    clock.onSecond = async () => abort.abort(new Error('enough'));
    const told: unknown[] = [];
    const onReceipt: RefreshOptions['onReceipt'] = ({ outcome, tags: of }, progress) =>
      told.push([outcome, of.join(), progress.done, progress.total]);
    const refreshing = refresh(tags, { ...options, signal: abort.signal, onReceipt });
    await expect(refreshing).rejects.toThrow('enough');
    expect(told).toEqual([['accepted', 'a,b,c,d', 0, 1]]);
    expect(accepted(edge)).toHaveLength(1);
  });

  test('counts as done when its last part is', async ({ expect }) => {
    const { edge, options } = await openEdge();
    edge.injectFault({ kind: 'refused', code: 'InvalidParameters' });
    const done: number[] = [];
    await refresh(tags, { ...options, onReceipt: (_, progress) => done.push(progress.done) });
    expect(done).toEqual([0, 1]);
  });

  test('leaves every tag in exactly one receipt', async ({ expect }) => {
    const { edge, options } = await openEdge();
    edge.injectFault({ kind: 'refused', code: 'InvalidParameters', times: 3 });
    const receipts = await refresh(tags, { ...options, limits: { maxTagsPerCall: 3 } });
    expect(receipts.flatMap((receipt) => receipt.tags).sort()).toEqual(tags);
  });
});

describe('a refresh', () => {
  test('keeps the account’s rate across refreshes that run at the same time', async ({
    expect,
  }) => {
    const { edge, options } = await openEdge({ maxCallsPerSecond: 5 });
    const limits = { maxTagsPerCall: 1 };
    const all = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        refresh(
          [1, 2, 3, 4].map((id) => `${name}${id}`),
          { ...options, limits },
        ),
      ),
    );
    expect(all.flat().every(({ outcome }) => outcome === 'accepted')).toBe(true);
    expect(edge.refreshes.filter(({ outcome }) => outcome === 'refused')).toEqual([]);
  });

  test('tells beforehand which calls it would make, without a key and without making one', async ({
    expect,
  }) => {
    const { edge } = await openEdge();
    const options: RefreshOptions & { endpoint: string } = {
      domain: [domain, 'b.example.com'],
      endpoint: edge.apiUrl,
    };
    expect(planCalls(['x:1', 'x:2'], options)).toMatchObject([
      { domain, tags: expect.arrayContaining(['x:1', 'x:2', 'x:*']), force: true },
      { domain: 'b.example.com' },
    ]);
    expect(edge.refreshes).toEqual([]);
  });

  test('publishes its calls and retries on diagnostics channels', async ({ expect }) => {
    const { edge, options } = await openEdge();
    const seen: unknown[] = [];
    const listen = (message: unknown, name: string | symbol) => seen.push([name, message]);
    const names = [
      'freshtag:retry',
      'tracing:freshtag:call:start',
      'tracing:freshtag:call:error',
      'tracing:freshtag:refresh:asyncEnd',
    ];
    for (const name of names) subscribe(name, listen);
    onTestFinished(() => {
      for (const name of names) unsubscribe(name, listen);
    });
    edge.injectFault({ kind: 'unavailable' });
    await refresh(['a'], options);
    expect(seen.map((entry) => (entry as [string])[0])).toEqual([
      'tracing:freshtag:call:start',
      'tracing:freshtag:call:error',
      'freshtag:retry',
      'tracing:freshtag:call:start',
      'tracing:freshtag:refresh:asyncEnd',
    ]);
    expect(seen[2]).toMatchObject([
      'freshtag:retry',
      { domain, code: 'CLOUD_BUSY', attempt: 1, delayMs: 500 },
    ]);
  });

  test.for([
    [{ domain: [] }, /domain/],
    [{ domain: ['ok.example.com', 'no'] }, /domain: "no"/],
    [{ retry: { maxAttempts: 0 } }, /retry\.maxAttempts/],
    [{ limits: { tagsPerCall: 3 } }, /limits\.tagsPerCall/],
    [{ timeoutMs: -1 }, /timeoutMs: -1/],
  ] as const)(
    'with the options %j is refused before anything is sent',
    async ([more, message], { expect }) => {
      const { edge, options } = await openEdge();
      await expect(
        refresh(['a'], { ...options, ...more } as unknown as RefreshOptions),
      ).rejects.toThrow(message);
      expect(edge.refreshes).toEqual([]);
    },
  );
});
