import { test } from 'vitest';

import type { HistoryService } from '../server/src/index.ts';
import { startHook } from './support/build-hook.ts';
import { behindEdge, CMS, documentsOf, SITE } from './support/edge-world.ts';
import { listenToLog } from './support/log.ts';

const COUNTRY = 'api::country.country';
const germany = { name: 'Germany', code: 'DE' };
const status = 'published';

for (const database of ['sqlite', 'postgres'] as const)
  test(`a build hook is called once for many changes with their tags, again after a failure, and is in no log, on ${database}`, async (context) => {
    const { expect } = context;
    const hook = await startHook();
    hook.answers.push(503);
    const headers = { authorization: 'Bearer very-secret' };
    const logged: string[] = [];
    const world = await behindEdge(
      database,
      { targets: { site: { kind: 'rebuilt', hook: { url: hook.url, headers }, debounceMs: 300 } } },
      { beforeListen: (strapi) => listenToLog(strapi, logged) },
    );
    if (world === undefined) {
      context.skip();
      return;
    }
    const countries = documentsOf(world);
    const ids: string[] = [];
    for (const name of ['Germany', 'France', 'Spain'])
      ids.push((await countries.create({ data: { name, code: 'X' }, status })).documentId);
    await world.drained('production/site');
    expect(hook.calls).toHaveLength(2);
    const [failed, taken] = hook.calls;
    expect(taken?.body).toEqual(failed?.body);
    expect(taken?.headers.authorization).toBe('Bearer very-secret');
    expect(taken?.body).toMatchObject({ target: 'site', environment: 'production' });
    expect(new Set(taken?.body.tags)).toEqual(
      new Set(['country', ...ids.flatMap((id) => [`country:${id}`, `country:${id}:en`])]),
    );
    expect(logged.join('\n')).toContain('The build hook of site answered 503');
    const history = world.atlas.strapi.plugin('freshtag').service('history') as HistoryService;
    const [record] = await history.find();
    expect(failed?.atMs).toBeGreaterThanOrEqual((record?.committedAtMs ?? 0) + 300);
    expect(record).toMatchObject({ state: 'settled', targets: ['site'], actor: 'system' });
    expect(`${logged.join('\n')}${JSON.stringify(await history.find())}`).not.toContain(
      'very-secret',
    );
    expect(world.edge.refreshes).toEqual([]);
  }, 120_000);

for (const database of ['sqlite', 'postgres', 'mysql'] as const)
  test(`a target that waits for another is refreshed when that one is complete, on ${database}`, async (context) => {
    const { expect } = context;
    const hook = await startHook();
    const world = await behindEdge(database, {
      targets: {
        site: { kind: 'dynamic', domain: SITE, after: 'api' },
        pages: { kind: 'rebuilt', hook: { url: hook.url }, after: ['site'], debounceMs: 0 },
        api: { kind: 'dynamic', domain: CMS },
      },
    });
    if (world === undefined) {
      context.skip();
      return;
    }
    const { documentId } = await documentsOf(world).create({ data: germany, status });
    for (const environment of ['production', 'production/site', 'production/pages'])
      await world.drained(environment);
    const domains = world.edge.refreshes.map(({ domain }) => domain);
    // A first pass, and one for each layer of the edge.
    expect(domains).toEqual([CMS, CMS, CMS, SITE, SITE, SITE]);
    expect(hook.calls).toHaveLength(1);
    const history = world.atlas.strapi.plugin('freshtag').service('history') as HistoryService;
    const records = await history.find({ subject: `${COUNTRY}:${documentId}` });
    const timesOf = (domain: string): { accepted: number; complete: number } => {
      const found = records.filter((record) => record.domain === domain);
      return {
        accepted: Math.min(...found.map(({ acceptedAtMs }) => acceptedAtMs ?? 0)),
        complete: Math.max(...found.map(({ completeAtMs }) => completeAtMs ?? Infinity)),
      };
    };
    expect(timesOf(SITE).accepted).toBeGreaterThanOrEqual(timesOf(CMS).complete);
    expect(timesOf('pages').accepted).toBeGreaterThanOrEqual(timesOf(SITE).complete);
  }, 120_000);
