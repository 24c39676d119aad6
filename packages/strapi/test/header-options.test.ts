import { afterAll, beforeAll, test } from 'vitest';

import { fillSmallAtlas, type SmallAtlas } from './support/content.ts';
import { startStrapi, type TestStrapi } from './support/start-strapi.ts';

let strapi: TestStrapi;
let atlas: SmallAtlas;
beforeAll(async () => {
  const started = await startStrapi({
    beforeLoad: addManyOnDemand,
    beforeListen: addOwnRoutes,
    freshtag: {
      headers: {
        headerName: 'Edge-Tag',
        budget: { maxBytes: 110 },
        cacheControl: 'public, max-age=0',
        cdnCacheControl: 'max-age=86400',
      },
      types: {
        'api::language.language': false,
        'api::currency.currency': { name: 'money', tag: '{type}:{documentId}.{locale}' },
        'api::region.region': {
          tag: ({ type, documentId, locale }) => `${type}:${locale}/${documentId}`,
        },
        'plugin::users-permissions.user': {},
      },
    },
  });
  if (started === undefined) throw new Error('SQLite needs no server');
  strapi = started;
  atlas = await fillSmallAtlas(strapi.strapi);
});
afterAll(() => strapi?.stop());

function addManyOnDemand(of: TestStrapi['strapi']): void {
  const many = Array.from({ length: 12 }, (_, index) => `a-type-of-its-own-${index}:1`);
  of.server.use(async (context, next) => {
    if (context.get('x-many') !== '') of.plugin('freshtag').service('tags').addTags(context, many);
    if (context.get('x-cache-control') !== '')
      context.set('Cache-Control', context.get('x-cache-control'));
    await next();
  });
}

/** Answers that are not the same for everybody, though anybody may ask. */
function addOwnRoutes(of: TestStrapi['strapi']): void {
  const answers: Readonly<Record<string, (context: Context) => unknown>> = {
    own: (context) => context.set('Cache-Control', 'private, max-age=5'),
    cookie: (context) => context.cookies.set('session', 'abc'),
    user: (context) => Object.assign(context.state, { user: { id: 1 } }),
  };
  of.server.routes({
    type: 'content-api',
    prefix: '',
    routes: Object.entries(answers).map(([name, answer]) => ({
      method: 'GET',
      path: `/${name}`,
      info: { type: 'content-api', apiName: name },
      config: { auth: false },
      handler: async (context: Context) => {
        answer(context);
        of.plugin('freshtag').service('tags').addTags(context, ['own']);
        context.body = { name };
      },
    })),
  } as never);
}

type Context = Parameters<Parameters<TestStrapi['strapi']['server']['use']>[0]>[0];

test('tags that do not fit are replaced by the overflow tag of their type', async ({ expect }) => {
  const all = await strapi.get('countries?populate[flag]=true');
  expect(all.headers.get('edge-tag')).toBe(
    `upload-file:${atlas.flag.documentId},upload-file:all,country:*`,
  );
  expect(all.headers.get('cache-tag')).toBeNull();
  const one = await strapi.get(`countries/${atlas.germany}`);
  expect(one.headers.get('edge-tag')).toBe(`country:${atlas.germany}:en,country:all`);
});

test('an answer that not even the overflow tags fit on says that no cache may keep it', async ({
  expect,
}) => {
  const answer = await strapi.get('currencies', { headers: { 'x-many': '1' } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('edge-tag')).toBeNull();
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  expect(answer.headers.get('cdn-cache-control')).toBeNull();
});

test('what anybody may see may be cached as configured, and what a token sees may not', async ({
  expect,
}) => {
  const anybody = await strapi.get('currencies');
  expect(anybody.headers.get('cache-control')).toBe('public, max-age=0');
  expect(anybody.headers.get('cdn-cache-control')).toBe('max-age=86400');
  const token = await strapi.get('currencies', {
    headers: { authorization: `Bearer ${strapi.token}` },
  });
  expect(token.headers.get('edge-tag')).toBe(anybody.headers.get('edge-tag'));
  expect(token.headers.get('cache-control')).toBeNull();
  expect(token.headers.get('cdn-cache-control')).toBeNull();
  const missing = await strapi.get('currencies/none');
  expect([missing.status, missing.headers.get('cache-control')]).toEqual([
    404,
    'private, no-store',
  ]);
});

test('files may be cached as configured, though Strapi gives them a time of its own', async ({
  expect,
}) => {
  const file = await strapi.get(atlas.flag.url);
  expect(file.headers.get('cache-control')).toBe('public, max-age=0');
  expect(file.headers.get('cdn-cache-control')).toBe('max-age=86400');
});

test('an answer that is not the same for everybody is never given the configured time', async ({
  expect,
}) => {
  const timesOf = async (path: string, headers = {}): Promise<readonly (string | null)[]> => {
    const answer = await strapi.get(path, { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('edge-tag')).not.toBeNull();
    return ['cache-control', 'cdn-cache-control'].map((name) => answer.headers.get(name));
  };
  expect(await timesOf('own')).toEqual(['private, max-age=5', null]);
  expect(await timesOf('cookie')).toEqual([null, null]);
  expect(await timesOf('user')).toEqual([null, null]);
  const format = { 'strapi-response-format': 'v4' };
  expect(await timesOf('currencies', format)).toEqual([null, null]);
  expect(await timesOf('currencies', { 'x-cache-control': 'no-cache' })).toEqual([
    'no-cache',
    null,
  ]);
});

test('an answer without tags is not given the configured time: no refresh could reach it', async ({
  expect,
}) => {
  const answer = await strapi.get('languages');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('edge-tag')).toBeNull();
  expect(answer.headers.get('cdn-cache-control')).toBeNull();
});

test('types go by the names and tags that they were given', async ({ expect }) => {
  const currencies = await strapi.get('currencies');
  expect(currencies.headers.get('edge-tag')).toBe(`money,money:${atlas.euro}.all,money:all`);
  const region = await strapi.get(`regions/${atlas.europe}`);
  expect(region.headers.get('edge-tag')).toBe(`region:en/${atlas.europe},region:all`);
});
