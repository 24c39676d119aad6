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

  test('the summary counts what visitors still get old, until it is seen to be live or a day has gone', async ({
    expect,
    skip,
  }) => {
    const { admin, first, atlas } = world ?? skip();
    const counted = async (): Promise<readonly unknown[]> => {
      const { body } = await admin.call('GET', '/freshtag/summary');
      const { state, stale }: Summary = body;
      return [state, stale];
    };
    const OLD = 'The edge still serves an old copy of https://api.example.com/a: it is old.';
    /** One change of a document, carried, of which each row was looked at. */
    const look = async (documentId: string, tags: readonly string[], problem?: string) => {
      const subject = `api::country.country:${documentId}`;
      const row = { domain: 'api.example.com', force: true, subject, change: newChange() };
      await first.append(tags.map((tag) => ({ ...row, tag })));
      const rows = await carry(first);
      const own = rows.filter(({ change }) => change === row.change);
      await first.noteProbe(
        own.map(({ id }) => id),
        problem,
      );
    };
    await look('seen', ['country:seen']);
    await look('unknown', ['country:unknown'], 'It is not known: it does not answer.');
    expect(await counted()).toEqual(['fresh', 0]);
    await look('old', ['country:old', 'country:old:en', 'country:old:de'], OLD);
    await look('older', ['country:older'], OLD);
    // It was seen since by all that is its own; what it left is of others.
    await look('moved', ['country:moved', 'country:moved:en', 'region:left:en'], OLD);
    await look('moved', ['country:moved', 'country:moved:en']);
    expect(await counted()).toEqual(['stale', 2]);
    await look('old', ['country:old', 'country:old:en']);
    expect(await counted()).toEqual(['stale', 2]);
    await look('old', ['country:old', 'country:old:de']);
    expect(await counted()).toEqual(['stale', 1]);
    await refresh(['waits']);
    expect(await counted()).toEqual(['behind', 1]);
    await carry(first);
    const rows = (): ReturnType<typeof atlas.strapi.db.connection> =>
      atlas.strapi.db.connection('freshtag_outbox');
    await rows().where('state', 'waiting').delete();
    const dayMs = 86_400_000;
    await rows().update({
      appended_at_ms: atlas.strapi.db.connection.raw('appended_at_ms - ?', [dayMs]),
    });
    expect(await counted()).toEqual(['fresh', 0]);
  });

  test('the summary finds what is stale among much that nobody could look at', async ({
    expect,
    skip,
  }) => {
    const { admin, first } = world ?? skip();
    const row = { domain: 'api.example.com', tag: 'a', force: true };
    const subject = 'api::country.country:a';
    await first.append(
      Array.from({ length: MOST_COUNTED + 1 }, () => ({ ...row, subject, change: newChange() })),
    );
    const old = await carry(first);
    await first.noteProbe(
      old.map(({ id }) => id),
      'The edge still serves an old copy of https://api.example.com/a: it is old.',
    );
    await first.append(
      Array.from({ length: 1000 }, () => ({ ...row, subject: `${subject}b`, change: newChange() })),
    );
    await carry(first);
    const unknown = await first.history({ subject: `${subject}b`, limit: 1000 });
    await first.noteProbe(
      unknown.map(({ id }) => id),
      'It is not known: it does not answer.',
    );
    const { body } = await admin.call('GET', '/freshtag/summary');
    expect((body as Summary).stale).toBe(MOST_COUNTED);
  });
});
