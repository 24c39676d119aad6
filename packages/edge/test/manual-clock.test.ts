import { describe, test } from 'vitest';

import { createManualClock } from '../src/index.ts';

describe('a manual clock', () => {
  test('stands still until it is advanced', ({ expect }) => {
    const clock = createManualClock(1000);

    expect(clock.now()).toBe(1000);
    clock.advance(5);
    expect(clock.now()).toBe(1005);
  });

  test('ends the sleeps that are over, earliest first, and no other', async ({ expect }) => {
    const clock = createManualClock();
    const woken: string[] = [];
    const sleeps = [300, 100, 200, 301].map((ms) =>
      clock.sleep(ms).then(() => woken.push(String(ms))),
    );

    clock.advance(300);
    await Promise.all(sleeps.slice(0, 3));
    expect(woken).toEqual(['100', '200', '300']);

    clock.advance(1);
    await sleeps[3];
    expect(woken).toHaveLength(4);
  });

  test('a sleep of no length is over at once', async ({ expect }) => {
    await expect(createManualClock().sleep(0)).resolves.toBeUndefined();
  });

  test('an aborted sleep rejects with the reason of its signal', async ({ expect }) => {
    const clock = createManualClock();
    const reason = new Error('enough');
    const controller = new AbortController();
    const sleeping = clock.sleep(100, controller.signal);

    controller.abort(reason);

    await expect(sleeping).rejects.toBe(reason);
    await expect(clock.sleep(100, controller.signal)).rejects.toBe(reason);
  });

  test('time does not go back', ({ expect }) => {
    expect(() => createManualClock().advance(-1)).toThrow('durationMs');
  });
});
