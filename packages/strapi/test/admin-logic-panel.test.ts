import { describe, test } from 'vitest';

import {
  goneChanges,
  isLookedAt,
  missingOf,
  pollDelayMs,
  stepsOf,
} from '../admin/src/panel/progress.ts';
import type { Change, EntryStatus, EntryTarget, RefreshState } from '../contract/admin-api.ts';

const CHANGE: Change = {
  id: '1',
  actor: { kind: 'system' },
  reason: 'publish',
  tags: [],
  tagTotal: 0,
  targets: ['www'],
  state: 'waiting',
  committedAtMs: 1_000,
};

const target = (over: Partial<EntryTarget>): EntryTarget => ({
  target: 'www',
  kind: 'dynamic',
  state: 'complete',
  sinceMs: 1_000,
  probing: 'on',
  isLookedAt: false,
  ...over,
});

function statusOf(
  state: RefreshState,
  more: Partial<EntryStatus> = {},
  change: Partial<Change> = {},
): EntryStatus {
  const { probing = 'on', problem } = more;
  const isOver = state === 'complete' || state === 'settled';
  const isAwaited = probing === 'on' && isOver && problem === undefined;
  return {
    kind: 'known',
    state,
    isGone: false,
    targets: [target({ state, probing, isLookedAt: isAwaited })],
    tags: [],
    urls: [],
    probing,
    changes: [{ ...CHANGE, state, ...change }],
    mayRefresh: true,
    ...more,
  };
}

const marks = (status: EntryStatus): string =>
  stepsOf(status)
    .map(({ name, mark }) => `${name} ${mark}`)
    .join(', ');

describe('the steps of a change', () => {
  test('are reached one after the other', ({ expect }) => {
    expect(marks(statusOf('waiting'))).toBe(
      'saved reached, accepted next, complete open, live open',
    );
    expect(marks(statusOf('accepted'))).toBe(
      'saved reached, accepted reached, complete next, live open',
    );
    expect(marks(statusOf('complete'))).toBe(
      'saved reached, accepted reached, complete reached, live next',
    );
    expect(marks(statusOf('live'))).toBe(
      'saved reached, accepted reached, complete reached, live reached',
    );
  });

  test('say live only of what was seen', ({ expect }) => {
    expect(marks(statusOf('complete', { probing: 'no-urls' }))).not.toContain('live');
    expect(marks(statusOf('settled', { probing: 'no-verify' }))).toMatch(/settled reached$/);
    expect(marks(statusOf('live', { probing: 'no-urls' }))).toMatch(/live reached$/);
    const problem = { code: 'NOT_VERIFIED', message: 'The edge did not answer.' };
    expect(marks(statusOf('complete', { problem }))).toMatch(/live open$/);
    expect(marks(statusOf('stale'))).toMatch(/complete reached, live failed$/);
  });

  test('end in that the entry is gone where it was taken away', ({ expect }) => {
    expect(marks(statusOf('live', { isGone: true }))).toMatch(/gone reached$/);
  });

  test('stop where a refresh failed or was given up', ({ expect }) => {
    expect(marks(statusOf('failed'))).toContain('saved reached, accepted failed');
    expect(marks(statusOf('failed', {}, { acceptedAtMs: 2_000 }))).toContain(
      'accepted reached, complete failed',
    );
    expect(marks(statusOf('discarded'))).toContain('accepted open');
    expect(marks(statusOf('retrying', {}, { acceptedAtMs: 2_000 }))).toContain('complete next');
  });

  test('have the times of those that are reached, and of no others', ({ expect }) => {
    const steps = stepsOf(statusOf('accepted', {}, { acceptedAtMs: 2_000, completeAtMs: 3_000 }));
    expect(steps.map(({ atMs }) => atMs)).toEqual([1_000, 2_000, undefined, undefined]);
  });

  test('are not there where nothing changed', ({ expect }) => {
    expect(stepsOf(statusOf('live', { kind: 'unchanged' }))).toEqual([]);
    expect(stepsOf(statusOf('live', { changes: [] }))).toEqual([]);
  });
});

test('what was refreshed of an entry that was gone was seen to be gone, and nothing that came before', ({
  expect,
}) => {
  const changes = ['refresh', 'query.delete', 'publish', 'unpublish', 'update'].map(
    (reason): Change => ({ ...CHANGE, reason }),
  );
  const gone = (isGone: boolean): readonly string[] =>
    [...goneChanges({ changes, isGone })].map(({ reason }) => reason);
  expect(gone(true)).toEqual(['refresh', 'query.delete', 'unpublish']);
  expect(gone(false)).toEqual(['query.delete', 'unpublish']);
});

describe('whether it is looked what visitors get', () => {
  test('is asked of the targets where that can be seen', ({ expect }) => {
    const other = target({ target: 'api', probing: 'no-verify' });
    const live = statusOf('complete', { targets: [target({ state: 'live' }), other] });
    expect([isLookedAt(live), missingOf(live)]).toEqual([false, 'no-verify']);
    const looked = statusOf('complete', { targets: [target({ isLookedAt: true }), other] });
    expect([isLookedAt(looked), missingOf(looked)]).toEqual([true, undefined]);
    const onItsWay = statusOf('waiting', { targets: looked.targets });
    expect([isLookedAt(onItsWay), missingOf(onItsWay)]).toEqual([false, undefined]);
  });

  test('ends, and then nothing is missing where all is configured', ({ expect }) => {
    const status = statusOf('complete', { targets: [target({})] });
    expect([isLookedAt(status), missingOf(status)]).toEqual([false, undefined]);
    expect(pollDelayMs(status, { sinceChange: 10_000, sinceMove: 0 })).toBe(30_000);
  });

  test('says what is missing, and not of a site that is built', ({ expect }) => {
    const built = target({ kind: 'rebuilt', state: 'settled', probing: 'no-urls' });
    const targets = [target({ state: 'live' }), built];
    expect(missingOf(statusOf('settled', { targets }))).toBeUndefined();
    expect(missingOf(statusOf('settled', { targets: [built], probing: 'no-urls' }))).toBe(
      'no-urls',
    );
  });

  test('says of one target without the entry’s pages no more than that', ({ expect }) => {
    const other = target({ target: 'api', probing: 'no-urls' });
    const targets = [target({ state: 'live' }), other];
    expect(missingOf(statusOf('complete', { targets }))).toBe('no-urls-there');
  });
});

describe('it is asked again', () => {
  const long = Number.POSITIVE_INFINITY;

  test('each second while a reader waits for it', ({ expect }) => {
    expect(pollDelayMs(statusOf('waiting'), { sinceChange: long, sinceMove: 59_000 })).toBe(1_000);
    expect(pollDelayMs(statusOf('live'), { sinceChange: 9_000, sinceMove: long })).toBe(1_000);
    expect(pollDelayMs(statusOf('complete'), { sinceChange: 30_000, sinceMove: long })).toBe(1_000);
  });

  test('less and less often while nothing moves', ({ expect }) => {
    expect(pollDelayMs(statusOf('retrying'), { sinceChange: long, sinceMove: 60_000 })).toBe(5_000);
    expect(pollDelayMs(statusOf('retrying'), { sinceChange: long, sinceMove: 600_000 })).toBe(
      30_000,
    );
  });

  test('twice a minute at rest', ({ expect }) => {
    const quietMs = { sinceChange: 10_000, sinceMove: 0 };
    for (const state of ['live', 'stale', 'failed', 'quota', 'discarded'] as const)
      expect(pollDelayMs(statusOf(state), quietMs), state).toBe(30_000);
    expect(pollDelayMs(statusOf('complete', { probing: 'no-urls' }), quietMs)).toBe(30_000);
    const problem = { code: 'NOT_VERIFIED', message: 'The edge did not answer.' };
    expect(pollDelayMs(statusOf('settled', { problem }), quietMs)).toBe(30_000);
    expect(pollDelayMs(statusOf('waiting', { kind: 'draft' }), quietMs)).toBe(30_000);
  });
});
