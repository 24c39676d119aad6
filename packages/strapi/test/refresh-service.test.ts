import { test } from 'vitest';

import type { HistoryService, RefreshService } from '../server/src/index.ts';
import { behindEdge } from './support/edge-world.ts';

test('a service and a route refresh tags, the route only with the right to, and say what was wrong', async (context) => {
  const { expect } = context;
  const world = await behindEdge('sqlite');
  if (world === undefined) {
    context.skip();
    return;
  }
  const { atlas, edge, drained } = world;
  const service = atlas.strapi.plugin('freshtag').service('refresh') as RefreshService;
  expect(await service.refresh(['sum', 'sum:areas'], { reason: 'import' })).toBe(2);
  const post = (body: unknown, token?: string): ReturnType<typeof atlas.get> =>
    atlas.get('freshtag/refresh', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    });
  const tokenOf = async (type: string, permissions?: readonly string[]): Promise<string> => {
    const made = await atlas.strapi.service('admin::api-token').create({
      name: `${type} ${permissions?.[0]}`,
      type,
      description: '',
      lifespan: null,
      permissions,
    });
    return made.accessKey;
  };
  const tags = ['country:by-route'];
  const right = 'plugin::freshtag.refresh.refresh';
  expect((await post({ tags })).status).toBe(403);
  expect((await post({ tags }, await tokenOf('read-only'))).status).toBe(403);
  expect((await post({ tags }, 'none')).status).toBe(401);
  const wrong = await tokenOf('custom', ['api::country.country.find']);
  expect((await post({ tags }, wrong)).status).toBe(403);
  expect((await post({ tags }, await tokenOf('custom', [right]))).status).toBe(202);
  expect((await post({ tags }, atlas.token)).body).toEqual({ data: { tags: 1 } });
  for (const body of [{}, { tags: [] }, { tags: 'country' }, { tags: [1] }, { tags, reason: 1 }])
    expect((await post(body, atlas.token)).body.error.name).toBe('ValidationError');
  const refused = await post({ tags: ['fine', 'not fine'] }, atlas.token);
  expect(refused.status).toBe(400);
  expect(refused.body.error.message).toContain('not fine');
  await drained();
  const called = new Set(edge.refreshes.flatMap((call) => call.tags));
  expect([...called].filter((tag) => !tag.endsWith(':*')).sort()).toEqual([
    'country:by-route',
    'sum',
    'sum:areas',
  ]);
  await service.refreshAll();
  await drained();
  const all = new Set(edge.refreshes.flatMap((call) => call.tags));
  for (const type of ['country', 'region', 'language', 'currency', 'front-page', 'upload-file'])
    expect(all).toContain(`${type}:all`);
  const history = atlas.strapi.plugin('freshtag').service('history') as HistoryService;
  const [record] = await history.find({ tag: 'sum:areas' });
  expect(record).toMatchObject({ actor: 'system', reason: 'import', state: 'complete' });
  expect(record?.committedAtMs).toBeLessThanOrEqual(record?.acceptedAtMs ?? 0);
  expect(record?.acceptedAtMs).toBeLessThanOrEqual(record?.completeAtMs ?? 0);
}, 120_000);
