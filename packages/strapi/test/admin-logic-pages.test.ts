import { describe, test } from 'vitest';

import { failedAfter } from '../admin/src/api/asked.ts';
import { timeLineOf } from '../admin/src/pages/change/time-line.ts';
import { foundEntries, isForList } from '../admin/src/pages/entry-choice/choosing.ts';
import {
  PERIODS,
  queryOfHistory,
  readFilters,
  writeFilters,
  type Filters,
} from '../admin/src/pages/history/filters.ts';
import { keepPlace } from '../admin/src/pages/history/keep-place.ts';
import {
  REFRESH_STATES,
  type Change,
  type ChangeCall,
  type ChangeDetail,
  type NamedEntry,
  type TargetState,
} from '../contract/admin-api.ts';

const HOUR_MS = 3_600_000;

const change = (id: string, over: Partial<Change> = {}): Change => ({
  id,
  actor: { kind: 'system' },
  reason: 'publish',
  tags: ['article'],
  tagTotal: 1,
  targets: ['api'],
  state: 'waiting',
  committedAtMs: 1_000,
  ...over,
});

describe('filters of the history', () => {
  const all: Filters = {
    entry: { uid: 'api::article.article', documentId: 'a1' },
    tag: 'article:*',
    actor: 'editor:1',
    state: 'failed',
    period: 'custom',
    sinceMs: 1_000,
    untilMs: 2_000,
  };

  test('come back from the address as they were put there', ({ expect }) => {
    expect(readFilters(writeFilters(all))).toEqual(all);
    expect(readFilters(writeFilters({}))).toEqual({});
    for (const state of REFRESH_STATES) {
      expect(readFilters(writeFilters({ state }))).toEqual({ state });
    }
    for (const period of PERIODS) {
      expect(readFilters(writeFilters({ period }))).toEqual({ period });
    }
  });

  test('are nothing where the address says nothing that can be understood', ({ expect }) => {
    const query = 'uid=x&tag=%20&state=exploded&period=year&sinceMs=-1&untilMs=soon&actor=&other=1';
    expect(readFilters(new URLSearchParams(query))).toEqual({});
  });

  test('of a link with times only are of a span of its own', ({ expect }) => {
    expect(readFilters(new URLSearchParams('sinceMs=5'))).toEqual({ period: 'custom', sinceMs: 5 });
  });

  test('leave no times in the address that another span does not use', ({ expect }) => {
    expect(writeFilters({ ...all, period: 'hour' }).has('sinceMs')).toBe(false);
  });

  test('keep a title out of the address', ({ expect }) => {
    const chosen = { uid: 'api::article.article', documentId: 'a1', title: 'A secret plan' };
    expect(writeFilters({ entry: chosen }).toString()).not.toContain('plan');
    expect(queryOfHistory({ entry: chosen }, 0).toString()).not.toContain('plan');
  });

  test('ask the server for all that they say', ({ expect }) => {
    expect(Object.fromEntries(queryOfHistory(all, 0))).toEqual({
      uid: 'api::article.article',
      documentId: 'a1',
      tag: 'article:*',
      actor: 'editor:1',
      state: 'failed',
      sinceMs: '1000',
      untilMs: '2000',
    });
    expect(queryOfHistory({}, 0).toString()).toBe('');
  });

  test('of the last hour, today and seven days begin where the reader would say', ({ expect }) => {
    const now = new Date(2026, 10, 22, 14, 3);
    const since = (period: Filters['period']): Date =>
      new Date(Number(queryOfHistory({ period }, now.getTime()).get('sinceMs')));
    expect(since('hour').getTime()).toBe(now.getTime() - HOUR_MS);
    expect(since('today')).toEqual(new Date(2026, 10, 22));
    expect(since('week')).toEqual(new Date(2026, 10, 16));
  });
});

describe('the first page of the history', () => {
  const shown = [change('c'), change('b'), change('a')];
  const newest = [change('e'), change('d'), change('c', { state: 'live' }), change('b')];

  test('is the newest while nobody looks at it closely', ({ expect }) => {
    expect(keepPlace(shown, newest, false)).toEqual({ changes: newest, hasNewer: false });
    expect(keepPlace([], newest, true)).toEqual({ changes: newest, hasNewer: false });
  });

  test('moves no row while it is read, and brings each up to date', ({ expect }) => {
    expect(keepPlace(shown, newest, true)).toEqual({
      changes: [change('c', { state: 'live' }), change('b'), change('a')],
      hasNewer: true,
    });
  });

  test('holds a whole page back if nothing of it was known', ({ expect }) => {
    expect(keepPlace(shown, [change('z'), change('y')], true)).toEqual({
      changes: shown,
      hasNewer: true,
    });
  });

  test('holds nothing back if nothing is new', ({ expect }) => {
    expect(keepPlace(shown, shown, true).hasNewer).toBe(false);
  });

  test('is said to be no more the newest where a row has left it, or has come in between', ({
    expect,
  }) => {
    for (const other of [[], ['b', 'a'], ['c', 'b', '0'], ['c', 'b', 'a', '0']])
      expect(
        keepPlace(
          shown,
          other.map((id) => change(id)),
          true,
        ),
      ).toEqual({ changes: shown, hasNewer: true });
  });
});

describe('a choice of entries', () => {
  const entry: NamedEntry = {
    uid: 'api::article.article',
    documentId: 'a1',
    title: 'France',
    typeName: 'Article',
    editView: 'collection',
  };
  const answer = { data: { entries: [entry] }, isLoading: false, failure: undefined };

  test('offers only what was found for the words in the field', ({ expect }) => {
    expect(foundEntries('fra', 'fra', answer)).toMatchObject({
      entries: [entry],
      isLoading: false,
    });
    expect(foundEntries('ger', 'fra', answer)).toMatchObject({ entries: [], isLoading: true });
    expect(foundEntries('fra', 'fra', { ...answer, isLoading: true }).entries).toEqual([]);
    expect(foundEntries(undefined, undefined, answer)).toMatchObject({
      entries: [],
      isLoading: false,
    });
  });

  test('leaves keys to the field while a character is composed, and when that ends', ({
    expect,
  }) => {
    const pressed = { isComposing: false, keyCode: 0 };
    for (const key of ['Enter', 'Escape', 'ArrowDown', 'ArrowUp']) {
      expect(isForList({ ...pressed, key }, true)).toBe(true);
      expect(isForList({ ...pressed, key, isComposing: true }, true)).toBe(false);
      // As Safari says it, of the key that ends the composition.
      expect(isForList({ key, isComposing: false, keyCode: 229 }, true)).toBe(false);
    }
    expect(isForList({ ...pressed, key: 'ArrowDown' }, false)).toBe(true);
    expect(isForList({ ...pressed, key: 'Enter' }, false)).toBe(false);
    expect(isForList({ ...pressed, key: 'a' }, true)).toBe(false);
  });
});

test('what was shown stays through an outage and the end of a session, and is gone with the right to it', ({
  expect,
}) => {
  const last = { path: '/a', data: 'shown' };
  const kept = (status: number | undefined, path = '/a'): unknown =>
    failedAfter(last, path, Object.assign(new Error('No.'), { status })).data;
  expect([undefined, 401, 500, 503].map((status) => kept(status))).toEqual(Array(4).fill('shown'));
  expect([400, 403, 404, 413].map((status) => kept(status))).toEqual(Array(4).fill(undefined));
  expect(kept(undefined, '/b')).toBeUndefined();
});

describe('the time line of a change', () => {
  const call = (pass: number, over: Partial<ChangeCall> = {}): ChangeCall => ({
    domain: 'api.example.com',
    pass,
    atMs: pass * 1_000,
    requestId: `request ${pass}`,
    taskIds: [`task ${pass}`],
    ending: 'complete',
    ...over,
  });
  const target = (over: Partial<TargetState> = {}): TargetState => ({
    target: 'api',
    kind: 'dynamic',
    state: 'complete',
    sinceMs: 9_000,
    ...over,
  });
  const detail = (over: Partial<ChangeDetail> = {}): ChangeDetail => ({
    ...change('a', { committedAtMs: 0 }),
    targetStates: [],
    calls: [],
    rows: [],
    rowTotal: 0,
    mayRetry: false,
    mayDiscard: false,
    ...over,
  });
  const kinds = (over: Partial<ChangeDetail>): string[] =>
    timeLineOf(detail(over)).map((moment) =>
      moment.kind === 'next' ? `next ${moment.next}` : moment.kind,
    );

  test('of a live one goes from the commit by each call to what the edge served', ({ expect }) => {
    const over = {
      state: 'live',
      acceptedAtMs: 1_000,
      completeAtMs: 9_000,
      verifiedAtMs: 12_000,
      calls: [call(1), call(2)],
      targetStates: [target({ state: 'live' })],
    } as const;
    expect(kinds(over)).toEqual(['committed', 'call', 'call', 'complete', 'verified']);
    const passes = timeLineOf(detail(over)).flatMap((moment) =>
      moment.kind === 'call' ? [moment.call.pass] : [],
    );
    expect(passes).toEqual([1, 2]);
  });

  test('of what was taken from visitors ends with the edge not serving it', ({ expect }) => {
    const over = { state: 'live', completeAtMs: 1_000, verifiedAtMs: 2_000 } as const;
    for (const reason of ['unpublish', 'delete', 'query.delete']) {
      expect(kinds({ ...over, reason })).toEqual(['committed', 'complete', 'gone']);
    }
  });

  test('says that it is to be called, or that its tasks are to end', ({ expect }) => {
    for (const state of ['waiting', 'quota', 'retrying'] as const) {
      expect(kinds({ state })).toEqual(['committed', 'next accepted']);
    }
    expect(kinds({ state: 'accepted', calls: [call(1)] })).toEqual([
      'committed',
      'call',
      'next complete',
    ]);
  });

  test('says that it was accepted where nothing is known of its calls', ({ expect }) => {
    expect(kinds({ state: 'complete', acceptedAtMs: 1_000, completeAtMs: 2_000 })).toEqual([
      'committed',
      'accepted',
      'complete',
    ]);
  });

  test('calls nothing complete of which the cloud reported nothing', ({ expect }) => {
    const settled = { state: 'settled', completeAtMs: 9_000 } as const;
    expect(kinds({ ...settled, calls: [call(1), call(1, { ending: 'settled' })] })).toContain(
      'settled',
    );
    expect(kinds({ ...settled, targetStates: [target({ state: 'settled' })] })).toContain(
      'settled',
    );
  });

  test('has every target that does not stand well, and each problem once', ({ expect }) => {
    const problem = { code: 'FORBIDDEN', message: 'No right.' };
    const other = { code: 'QUOTA_EXCEEDED', message: 'No quota.' };
    const stuck = timeLineOf(
      detail({
        state: 'failed',
        problem,
        targetStates: [
          target({ state: 'failed', problem, sinceMs: 3_000 }),
          target({ target: 'www', state: 'quota', problem: other, sinceMs: 2_000 }),
          target({ target: 'blog', state: 'waiting' }),
        ],
      }),
    );
    expect(stuck.slice(1)).toEqual([
      { kind: 'stuck', atMs: 2_000, state: 'quota', target: 'www', problem: other },
      { kind: 'stuck', atMs: 3_000, state: 'failed', target: 'api', problem: undefined },
    ]);
  });

  test('knows a build from a call to the cloud', ({ expect }) => {
    const calls = [call(1), call(1, { domain: 'blog' })];
    const targetStates = [target(), target({ target: 'blog', kind: 'rebuilt' })];
    const hooks = timeLineOf(detail({ calls, targetStates })).flatMap((moment) =>
      moment.kind === 'call' && moment.isHook ? [moment.call.domain] : [],
    );
    expect(hooks).toEqual(['blog']);
  });

  test('says of a call that it is under way only while the change is', ({ expect }) => {
    const endings = (state: ChangeDetail['state']): unknown[] =>
      timeLineOf(detail({ state, calls: [call(1, { ending: undefined }), call(2)] })).flatMap(
        (moment) => (moment.kind === 'call' ? [moment.ending] : []),
      );
    expect(endings('accepted')).toEqual(['under-way', 'complete']);
    expect(endings('live')).toEqual([undefined, 'complete']);
  });

  test('puts the cause first where two things have the same time', ({ expect }) => {
    const over = { state: 'complete', completeAtMs: 0, calls: [call(1, { atMs: 0 })] } as const;
    expect(kinds(over)).toEqual(['committed', 'call', 'complete']);
  });
});
