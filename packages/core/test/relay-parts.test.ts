import { describe, test } from 'vitest';

import type { Clock } from '../src/clock.ts';
import { untilQuotaDayMs } from '../src/relay/quota-day.ts';
import { createSharedPace } from '../src/relay/shared-pace.ts';
import { createMemoryOutbox, type OutboxStore } from '../src/relay.ts';

const HOUR_MS = 3_600_000;

describe('the day of the quota', () => {
  for (const [zone, now, begins] of [
    ['Asia/Shanghai', '2026-11-22T15:59:00Z', '2026-11-22T16:00:00Z'],
    ['Asia/Shanghai', '2026-11-22T16:00:00Z', '2026-11-23T16:00:00Z'],
    ['UTC', '2026-12-31T23:30:00Z', '2027-01-01T00:00:00Z'],
    ['Asia/Kathmandu', '2026-06-01T00:00:00Z', '2026-06-01T18:15:00Z'],
    // Days of 23 and of 25 hours.
    ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  ] as const)
    test(`after ${now} begins at ${begins} in ${zone}`, ({ expect }) => {
      const lateMs = Date.parse(now) + untilQuotaDayMs(Date.parse(now), zone) - Date.parse(begins);
      // A minute, since two clocks differ; and a second, since more precision is worth nothing.
      expect(lateMs).toBeGreaterThanOrEqual(60_000);
      expect(lateMs).toBeLessThanOrEqual(61_000);
    });
});

/** A clock, and a store whose turns take as long as is said. */
function startPace(tookMs: () => number): {
  readonly clock: Clock;
  readonly take: () => Promise<() => void>;
  readonly taken: () => number;
} {
  let nowMs = 0;
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (delayMs) => void (nowMs += delayMs),
  };
  const kept = createMemoryOutbox({ clock });
  let taken = 0;
  const store: Pick<OutboxStore, 'takeTurn' | 'endTurn'> = {
    takeTurn: async (account, options) => {
      const turn = await kept.takeTurn(account, options);
      taken += Number(turn.granted);
      nowMs += tookMs();
      return turn;
    },
    endTurn: (account, slot, restMs) => kept.endTurn(account, slot, restMs),
  };
  const pace = createSharedPace({ store, account: 'a', clock, longestCallMs: 25_000 });
  return { clock, take: () => pace.take(2), taken: () => taken };
}

describe('the pace of several relays', () => {
  test('lets no call follow another within a second of its end', async ({ expect }) => {
    const { clock, take } = startPace(() => 0);
    const ends = [await take(), await take()];
    for (const end of ends) end();
    const endedAtMs = clock.now();

    await take();

    expect(clock.now() - endedAtMs).toBeGreaterThanOrEqual(1000);
    expect(clock.now() - endedAtMs).toBeLessThan(1100);
  });

  test('takes another turn for a process that was halted until its turn was over', async ({
    expect,
  }) => {
    const halts = [HOUR_MS, 0];
    const { take, taken } = startPace(() => halts.shift() ?? 0);

    await take();

    expect(taken()).toBe(2);
  });

  test('frees the turn of a call that never ended', async ({ expect }) => {
    const { clock, take } = startPace(() => 0);
    await take();
    await take();

    await take();

    expect(clock.now()).toBeGreaterThanOrEqual(26_000);
    expect(clock.now()).toBeLessThan(40_000);
  });
});
