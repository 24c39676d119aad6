import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';

import { REFRESH_STATES, type Change } from '../contract/admin-api.ts';
import type { Documents } from './support/changes-world.ts';
import { callersOf } from './support/changes-world.ts';
import {
  BUSY,
  carry,
  fail,
  forget,
  QUOTA,
  REFUSED,
  startPanel,
  type PanelWorld,
} from './support/panel-world.ts';

const COUNTRY = 'api::country.country';

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

  const documents = (uid = COUNTRY): Documents => {
    if (world === undefined) throw new Error('there is no world');
    return callersOf(world.atlas).documents(uid);
  };
  const refresh = (tags: readonly string[], reason = 'test'): Promise<unknown> =>
    world?.atlas.strapi.plugin('freshtag').service('refresh').refresh(tags, { reason });
  const page = async (query: string): Promise<{ changes: Change[]; cursor?: string }> => {
    const answer = await world?.admin.call('GET', `/freshtag/history?${query}`);
    if (answer?.status !== 200) throw new Error(answer?.text);
    return answer.body;
  };
  /** All changes of a search, page by page. */
  const all = async (query: string, between?: () => Promise<unknown>): Promise<Change[]> => {
    const found: Change[] = [];
    for (let cursor = ''; ;) {
      const { changes, cursor: next } = await page(`${query}${cursor && `&cursor=${cursor}`}`);
      found.push(...changes);
      if (next === undefined) return found;
      cursor = next;
      await between?.();
    }
  };

  test('every change is on one page and once, whole, while new ones are appended', async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const names = Array.from({ length: 25 }, (_, index) => `change-${index}`);
    // Some at once, so that their rows are mixed.
    for (let from = 0; from < 25; from += 5)
      await Promise.all(
        names.slice(from, from + 5).map((name) => refresh([`${name}:a`, `${name}:b`], name)),
      );
    const many = Array.from({ length: 700 }, (_, index) => `many:${index}`);
    await refresh(many, 'many');
    let later = 0;
    const found = await all('limit=4', async () => {
      later += 1;
      await refresh([`later:${later}`], 'later');
    });
    const reasons = found.map(({ reason }) => reason);
    expect(reasons.toSorted()).toEqual([...names, 'many'].toSorted());
    expect(new Set(found.map(({ id }) => id)).size).toBe(26);
    for (const { reason, tags, targets, tagTotal } of found.slice(1)) {
      expect(tags).toEqual([`${reason}:a`, `${reason}:b`]);
      expect([tagTotal, targets]).toEqual([2, ['api', 'www']]);
    }
    expect(found[0]).toMatchObject({ reason: 'many', tagTotal: 700, tags: many.slice(0, 20) });
    const detail = await world.admin.call('GET', `/freshtag/history/${found[0]?.id}`);
    // Of three domains.
    expect([detail.body.rows.length, detail.body.rowTotal]).toEqual([200, 2100]);
    const again = await all('limit=100');
    expect(again.slice(0, later).map(({ reason }) => reason)).toEqual(Array(later).fill('later'));
    expect(again.slice(later)).toEqual(found);
  });

  test('finds changes by each of their sides, and by several at once', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { small, admin } = world;
    const begin = Date.now();
    await documents().publish({ documentId: small.germany });
    await documents('api::language.language').update({
      documentId: small.french,
      data: { name: 'French' },
      status: 'published',
    });
    await admin.call('POST', '/freshtag/refresh', { tags: ['shop:1'] });
    await documents().publish({ documentId: small.france });
    const reasons = async (query: string): Promise<string[]> =>
      (await all(query)).map(({ entry, reason }) => `${reason} ${entry?.title ?? ''}`);
    const [france, germany] = ['publish France', 'publish Germany'];
    const everything = [france, 'refresh tags ', 'update French', germany];
    expect(await reasons('')).toEqual(everything);
    expect(await reasons(`uid=${COUNTRY}`)).toEqual([france, germany]);
    expect(await reasons(`uid=${COUNTRY}&documentId=${small.germany}`)).toEqual([germany]);
    expect(await reasons(`documentId=${small.germany}`)).toEqual([]);
    expect(await reasons('uid=api::none.none')).toEqual([]);
    expect(await reasons('tag=country')).toEqual([france, germany]);
    expect(await reasons('tag=shop:1')).toEqual(['refresh tags ']);
    expect(await reasons(`tag=country:${small.germany}:en`)).toEqual([germany]);
    expect(await reasons(`uid=${COUNTRY}&tag=language`)).toEqual([]);
    expect(await reasons('actor=system')).toEqual([france, 'update French', germany]);
    const [{ key } = { key: '' }] = (await admin.call('GET', '/freshtag/actors')).body.actors;
    expect(await reasons(`actor=${key}`)).toEqual(['refresh tags ']);
    expect(await reasons(`actor=${key}&tag=country`)).toEqual([]);
    expect(await reasons(`sinceMs=${begin - 1000}&untilMs=${Date.now() + 1000}`)).toEqual(
      everything,
    );
    expect(await reasons(`untilMs=${begin - 1000}`)).toEqual([]);
    expect(await reasons(`sinceMs=${Date.now() + 60_000}`)).toEqual([]);
    const { changes } = await page('');
    const times = changes.map(({ committedAtMs }) => committedAtMs);
    expect(await reasons(`sinceMs=${times[1]}&untilMs=${times[0]}&tag=shop:1`)).toEqual([
      'refresh tags ',
    ]);
  });

  test('whoever changed something can be chosen, however much others changed since', async ({
    expect,
    skip,
  }) => {
    const { admin, first, second } = world ?? skip();
    const rowsBy = (actor: string, count: number): Parameters<typeof first.append>[0] =>
      Array.from({ length: count }, (_, index) => ({
        domain: 'www.example.com',
        tag: `tag:${index}`,
        force: true,
        actor,
      }));
    await first.append([...rowsBy('user:7', 1), ...rowsBy('', 1)]);
    await second.append(rowsBy('token:404', 1));
    for (const store of [first, second]) await store.append(rowsBy('system', 1100));
    const { body } = await admin.call('GET', '/freshtag/actors');
    expect(body.actors).toEqual([
      { key: 'system', kind: 'system' },
      { key: 'token:404', kind: 'token', id: '404' },
      { key: 'user:7', kind: 'user', id: '7' },
    ]);
  });

  test('tells states apart, each change in one, the worst of its targets', async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { first, second, atlas } = world;
    const { connection } = atlas.strapi.db;
    const made: [state: string, make: () => Promise<unknown>][] = [
      ['complete', async () => [await carry(first), await carry(second)]],
      ['settled', async () => [await carry(first), await carry(second, 'settled')]],
      ['accepted', async () => [await carry(first), await carry(second, 'passing')]],
      ['failed', async () => [await fail(first, REFUSED), await carry(second)]],
      ['quota', async () => [await fail(first, QUOTA), await carry(second)]],
      ['retrying', async () => [await carry(first), await fail(second, BUSY)]],
      ['live', async () => noteProbes(undefined)],
      ['stale', async () => noteProbes('The edge still serves an old copy of /.')],
      ['discarded', async () => [await fail(first, REFUSED), await carry(second)]],
      ['waiting', async () => carry(first)],
    ];
    const noteProbes = async (problem: string | undefined): Promise<void> => {
      for (const store of [first, second]) {
        await carry(store);
        const rows = await store.history({ limit: 5 });
        const own = rows.filter(({ change }) => change === rows[0]?.change);
        await store.noteProbe(
          own.map(({ id }) => id),
          problem,
        );
      }
    };
    for (const [state, make] of made) {
      await refresh([`state:${state}`], state);
      await make();
      if (state !== 'discarded') continue;
      const [{ id } = { id: '' }] = (await page('limit=1')).changes;
      await world.admin.call('POST', `/freshtag/history/${id}/discard`);
    }
    expect(made.map(([state]) => state).sort()).toEqual([...REFRESH_STATES].sort());
    const found = await all('');
    expect(found.map(({ state, reason }) => [state, reason])).toEqual(
      made.map(([state]) => [state, state]).toReversed(),
    );
    for (const [state] of made)
      expect([state, (await all(`state=${state}`)).map(({ reason }) => reason)]).toEqual([
        state,
        [state],
      ]);
    expect(found.find(({ state }) => state === 'failed')?.problem).toEqual(REFUSED);
    expect(found.find(({ state }) => state === 'stale')?.problem?.code).toBe('EDGE_STALE');
    const { length } = await connection('freshtag_outbox').select('id');
    expect(length).toBe(made.length * 3);
  });

  test('tries a change again, or gives it up, and leaves the others as they are', async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { admin, first, second } = world;
    await refresh(['one:1'], 'one');
    await refresh(['two:1'], 'two');
    await fail(first, REFUSED);
    await fail(second, QUOTA);
    const [two, one] = await all('');
    const act = async (id: string | undefined, what: string): Promise<Change> => {
      const answer = await admin.call('POST', `/freshtag/history/${id}/${what}`);
      expect(answer.status).toBe(200);
      return answer.body;
    };
    const before = await admin.call('GET', `/freshtag/history/${one?.id}`);
    expect(before.body).toMatchObject({
      mayRetry: true,
      mayDiscard: true,
      targetStates: [
        { target: 'api', kind: 'dynamic', state: 'failed', problem: REFUSED },
        { target: 'www', state: 'quota', problem: QUOTA },
      ],
      rows: [
        { tag: 'one:1', domain: 'api.example.com', state: 'failed' },
        { domain: 'www.example.com', state: 'quota' },
        { domain: 'm.example.com', state: 'quota' },
      ],
      calls: [],
    });
    const retried = await act(one?.id, 'retry');
    expect(retried).toMatchObject({ state: 'waiting', mayRetry: false, mayDiscard: false });
    await carry(first);
    const carried = await admin.call('GET', `/freshtag/history/${one?.id}`);
    expect(carried.body.calls).toMatchObject([{ domain: 'api.example.com', pass: 1 }]);
    expect(carried.body.acceptedAtMs).toBeUndefined();
    const discarded = await act(two?.id, 'discard');
    expect(discarded).toMatchObject({
      state: 'quota',
      mayDiscard: false,
      targetStates: [{ state: 'discarded' }, { state: 'quota' }],
    });
    await carry(second);
    expect((await all('')).map(({ state }) => state)).toEqual(['quota', 'complete']);
    await act(two?.id, 'retry');
    await carry(second);
    expect((await all('')).map(({ state }) => state)).toEqual(['discarded', 'complete']);
    for (const id of ['0'.repeat(18), 'nothing', '%00', "';--"]) {
      const answer = await admin.call('POST', `/freshtag/history/${id}/retry`);
      expect([id, answer.status]).toEqual([id, 404]);
    }
  });

  test('whatever is asked, the answer is an error that is ours', async ({ expect, skip }) => {
    const { admin } = world ?? skip();
    const queries = [
      'limit=0',
      'limit=101',
      'limit=x',
      'limit=1&limit=2',
      'cursor=x',
      'cursor[$gt]=',
      'state=none',
      'sinceMs=-1',
      'sinceMs=1e9',
      'untilMs=99999999999999999999',
      'tag[]=a',
      `tag=${'a'.repeat(3000)}`,
      'uid[a]=b',
      'tag=%00',
      'actor=a%00b',
    ];
    for (const query of queries) {
      const answer = await admin.call('GET', `/freshtag/history?${query}`);
      expect([query, answer.status]).toEqual([query, 400]);
      expect(answer.text).not.toMatch(/select|at .*\.ts|node_modules/i);
    }
    const strange = ["' OR 1=1 --", '😀', '<script>', '%', '_', 'ﬀ'.repeat(300)];
    for (const text of strange)
      for (const field of ['tag', 'actor', 'uid']) {
        const query = `${field}=${encodeURIComponent(text)}`;
        const answer = await admin.call('GET', `/freshtag/history?${query}`);
        expect([field, text, answer.status, answer.body]).toEqual([
          field,
          text,
          200,
          { changes: [] },
        ]);
      }
  });
});
