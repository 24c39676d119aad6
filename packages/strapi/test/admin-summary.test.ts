import { newChange } from '@freshtag/core/relay';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';

import { MOST_COUNTED, type Summary } from '../contract/admin-api.ts';
import {
  carry,
  fail,
  forget,
  QUOTA,
  REFUSED,
  startPanel,
  type PanelWorld,
} from './support/panel-world.ts';

describe.for(['sqlite', 'postgres', 'mysql'] as const)('on %s', (database) => {
  let world: PanelWorld | undefined;

  beforeAll(async () => {
    world = await startPanel(database);
  });
  beforeEach(async () => {
    if (world !== undefined) await forget(world);
  });
  afterAll(async () => {
    await world?.atlas.stop();
  });

  const refresh = (tags: readonly string[]): Promise<unknown> =>
    world?.atlas.strapi.plugin('freshtag').service('refresh').refresh(tags, { reason: 'test' });

  test('the summary counts changes, each once, and as many as somebody would', async ({
    expect,
    skip,
  }) => {
    const { admin, first, second } = world ?? skip();
    const counted = async (): Promise<Partial<Summary>> => {
      const { body } = await admin.call('GET', '/freshtag/summary');
      const { state, waiting, failed }: Summary = body;
      return { state, waiting, failed };
    };
    await refresh(['one:1', 'one:2']);
    expect(await counted()).toEqual({ state: 'behind', waiting: 1, failed: 0 });
    await fail(first, REFUSED);
    await refresh(['two:1', 'two:2']);
    await carry(first, 'parked');
    expect(await counted()).toEqual({ state: 'stuck', waiting: 2, failed: 2 });
    await fail(second, REFUSED);
    expect(await counted()).toEqual({ state: 'stuck', waiting: 0, failed: 2 });
    const row = { domain: 'api.example.com', tag: 'a', force: true };
    const many = Array.from({ length: MOST_COUNTED + 1 }, newChange);
    await first.append(many.flatMap((change) => [row, row].map((each) => ({ ...each, change }))));
    expect(await counted()).toEqual({ state: 'stuck', waiting: MOST_COUNTED, failed: 2 });
  });

  test('the summary counts a change whose second pass is tried again', async ({ expect, skip }) => {
    const { admin, first, second } = world ?? skip();
    const counted = async (): Promise<readonly unknown[]> => {
      const { body } = await admin.call('GET', '/freshtag/summary');
      const { state, waiting, oldestAgeMs }: Summary = body;
      return [state, waiting, oldestAgeMs > 0];
    };
    await refresh(['one:1']);
    await carry(second);
    await carry(first, 'passing');
    expect(await counted()).toEqual(['fresh', 0, false]);
    await refresh(['two:1']);
    await carry(second);
    await carry(first, 'passing', QUOTA);
    expect(await counted()).toEqual(['behind', 1, true]);
  });
});
