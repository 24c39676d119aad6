import type { Core } from '@strapi/strapi';
import { afterAll, beforeAll, describe, test } from 'vitest';

import type { TagsService } from '../server/src/index.ts';
import { fillSmallAtlas, type SmallAtlas } from './support/content.ts';
import { tagsOf, tagsOfBody } from './support/expected-tags.ts';
import { addExtraTypes } from './support/extra-types.ts';
import { startStrapi, type TestStrapi } from './support/start-strapi.ts';

const DEEP =
  'populate[region][populate][countries][populate]=flag&populate[languages][populate]=countries&populate[currencies]=true&populate[neighbours][populate]=localizations&populate[flag]=true&populate[facts][populate]=*&populate[localizations]=true&populate[sections][on][atlas.see-also][populate]=countries&populate[sections][on][atlas.picture][populate]=*&populate[sections][on][atlas.text]=true';

let strapi: TestStrapi;
let atlas: SmallAtlas;
beforeAll(async () => {
  const started = await startStrapi({ beforeLoad: addCustomRoutes });
  if (started === undefined) throw new Error('SQLite needs no server');
  strapi = started;
  atlas = await fillSmallAtlas(strapi.strapi);
});
afterAll(() => strapi?.stop());

function addCustomRoutes(of: TestStrapi['strapi']): void {
  const related = { type: 'relation', relation: 'morphToMany' };
  addExtraTypes(of, { types: { remark: { attributes: { related } } } });
  const tags = (): TagsService => of.plugin('freshtag').service('tags');
  const config = { auth: false } as const;
  const info = { type: 'content-api' } as const;
  const sum: Core.ControllerHandler = (context) => {
    tags().addTags(context, ['sum', 'sum:of-areas']);
    tags().addEntries(context, 'api::country.country', { documentId: 'one', locale: 'en' });
    tags().addEntries(context, 'api::language.language', []);
    tags().addEntries(context, 'api::remark.remark', {
      documentId: 'map',
      related: [{ __type: 'api::currency.currency', documentId: 'yen' }],
    });
    context['set']('Cache-Tag', 'own');
    context['body'] = { sum: 1 };
  };
  const busy: Core.ControllerHandler = (context) => {
    tags().addTags(context, ['busy']);
    context['status'] = 503;
    context['body'] = { data: [] };
  };
  of.server.routes({
    type: 'content-api',
    prefix: '',
    routes: [
      { method: 'GET', path: '/sum', handler: sum, config, info },
      { method: 'GET', path: '/busy', handler: busy, config, info },
    ],
  });
}

describe('an answer of the content API carries', () => {
  for (const [what, path, type, lists] of [
    ['a list', 'countries', 'country', ['country']],
    ['a list in German', 'countries?locale=de', 'country', ['country']],
    ['a list with everything inside', `countries?${DEEP}`, 'country', ['country']],
    [
      'a list of a type without locales and drafts',
      'languages?populate=countries',
      'language',
      ['language'],
    ],
    [
      'a list of a type with drafts alone',
      'currencies?populate=countries',
      'currency',
      ['currency'],
    ],
    ['a list of a type with locales alone', 'regions?populate=countries', 'region', ['region']],
    [
      'a single type',
      'front-page?populate[countries][populate]=flag&populate[hero]=true&populate[sections][on][atlas.see-also][populate]=countries',
      'front-page',
      [],
    ],
  ] as const) {
    test(`the tags of ${what}: of every entry in its body, and no others`, async ({ expect }) => {
      const answer = await strapi.get(path);
      expect(answer.status).toBe(200);
      const expected = tagsOfBody(answer.body, type);
      expect(expected.length).toBeGreaterThan(1);
      expect(tagsOf(answer)).toEqual([...expected, ...lists].sort());
    });
  }

  test('the tags of one entry and of all that is inside, also in the format of Strapi 4', async ({
    expect,
  }) => {
    const path = `countries/${atlas.germany}?${DEEP}`;
    const answer = await strapi.get(path);
    const old = await strapi.get(path, { headers: { 'strapi-response-format': 'v4' } });
    expect(old.body.data.attributes.name).toBe('Germany');
    expect(tagsOf(answer)).toEqual(tagsOfBody(answer.body, 'country'));
    expect(tagsOf(old)).toEqual(tagsOf(answer));
    for (const tag of [
      `country:${atlas.germany}:en`,
      `country:${atlas.germany}:de`,
      `country:${atlas.france}:en`,
      `region:${atlas.europe}:en`,
      `language:${atlas.german}`,
      `language:${atlas.sorbian}`,
      `currency:${atlas.euro}`,
      `upload-file:${atlas.flag.documentId}`,
    ])
      expect(tagsOf(answer)).toContain(tag);
  });

  test('the list tag alone when the list is empty', async ({ expect }) => {
    const answer = await strapi.get('countries?filters[name]=Atlantis');
    expect(answer.body.data).toEqual([]);
    expect(tagsOf(answer)).toEqual(['country']);
  });

  test('the tag of the whole document where the answer does not tell the locale', async ({
    expect,
  }) => {
    const answer = await strapi.get(`countries/${atlas.germany}?fields[0]=name`);
    expect(answer.body.data.locale).toBeUndefined();
    expect(tagsOf(answer)).toEqual(['country:all', `country:${atlas.germany}`].sort());
  });

  test('the list tags of types that it was filtered or sorted by, or shows a part of', async ({
    expect,
  }) => {
    for (const [query, ...lists] of [
      ['filters[region][name]=Nowhere', 'region'],
      [
        'filters[$or][0][languages][name]=x&filters[$or][1][facts][coordinates][latitude]=1',
        'language',
      ],
      ['filters[$not][neighbours][currencies][name]=Euro&filters[name]=x', 'currency'],
      ['filters[flag][name]=x', 'upload-file'],
      ['sort=region.name:desc,name&filters[name]=x', 'region'],
      ['sort[0][languages][code]=asc&filters[name]=x', 'language'],
      ['populate[languages][filters][name]=x&filters[name]=x', 'language'],
      ['populate[languages][sort]=name&filters[name]=x', 'language'],
      ['populate[languages][count]=true&filters[name]=x', 'language'],
      [
        'populate[region][populate][countries][filters][currencies][name]=x&filters[name]=x',
        'currency',
      ],
      [
        'populate[sections][on][atlas.see-also][populate][countries][filters][region][name]=x&filters[name]=x',
        'region',
      ],
    ]) {
      const answer = await strapi.get(`countries?${query}`);
      expect([query, answer.status, tagsOf(answer)]).toEqual([
        query,
        200,
        ['country', ...lists].sort(),
      ]);
    }
  });

  test('the tags of files in the media library’s own answers, and of addresses on the files', async ({
    expect,
  }) => {
    const list = await strapi.get('upload/files');
    expect(tagsOf(list)).toEqual(
      ['upload-file', 'upload-file:all', `upload-file:${atlas.flag.documentId}`].sort(),
    );
    const file = await strapi.get(atlas.flag.url);
    expect([file.status, tagsOf(file)]).toEqual([200, [`page:${atlas.flag.url}`]]);
    expect(tagsOf(await strapi.get('/uploads/none.png'))).toEqual([]);
  });

  test('the tags of the locales that there are, which have a route of their own', async ({
    expect,
  }) => {
    const answer = await strapi.get('i18n/locales', {
      headers: { authorization: `Bearer ${strapi.token}` },
    });
    expect(answer.body.map(({ code }: { code: string }) => code)).toEqual(['en', 'de']);
    expect(tagsOf(answer)).toEqual(
      [
        'i18n-locale',
        ...tagsOfBody(answer.body, 'i18n-locale').map((tag) => tag.replace(/:(en|de)$/, '')),
      ].sort(),
    );
  });

  test('the same tags for a token as for everybody', async ({ expect }) => {
    const path = `countries?${DEEP}`;
    const asToken = await strapi.get(path, {
      headers: { authorization: `Bearer ${strapi.token}` },
    });
    expect(asToken.status).toBe(200);
    expect(tagsOf(asToken)).toEqual(tagsOf(await strapi.get(path)));
    expect(tagsOf(asToken)).not.toEqual([]);
  });

  test('what a custom controller adds to what it set itself', async ({ expect }) => {
    const answer = await strapi.get('sum');
    expect(tagsOf(answer)).toEqual(
      [
        'country:all',
        'country:one:en',
        'language',
        'own',
        'sum',
        'sum:of-areas',
        'remark:map',
        'remark:all',
        'currency:yen',
        'currency:all',
      ].sort(),
    );
  });
});

describe('no tags are on', () => {
  test('answers with drafts, which no cache may keep', async ({ expect }) => {
    for (const query of [
      'status=draft',
      'publicationFilter=modified',
      'hasPublishedVersion=false',
    ]) {
      const answer = await strapi.get(`countries?${query}`);
      expect([query, answer.status, tagsOf(answer)]).toEqual([query, 200, []]);
      expect(answer.headers.get('cache-control')).toBe('private, no-store');
    }
    expect(tagsOf(await strapi.get('countries?status=published'))).toContain('country');
  });

  test('answers with drafts that nobody asked for, as files know all that use them', async ({
    expect,
  }) => {
    const answer = await strapi.get(`upload/files/${atlas.flag.id}?populate[related]=true`);
    expect(
      answer.body.related.map((entry: { publishedAt: unknown }) => entry.publishedAt),
    ).toContain(null);
    expect([answer.status, tagsOf(answer)]).toEqual([200, []]);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
  });

  test('answers that show what uses a file: who begins to use it does not refresh the file', async ({
    expect,
  }) => {
    const data = { name: 'f', hash: 'f', ext: '.f', mime: 'a/f', size: 1, url: '/uploads/f.f' };
    const file = await strapi.strapi.db
      .query('plugin::upload.file')
      .create({ data: { ...data, provider: 'local', folderPath: '/' } });
    const answer = await strapi.get(`upload/files/${file.id}?populate[related]=true`);
    expect([answer.body.related, answer.status, tagsOf(answer)]).toEqual([[], 200, []]);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    await strapi.strapi.db.query('plugin::upload.file').delete({ where: { id: file.id } });
  });

  test('answers that are marked for the preview', async ({ expect }) => {
    const headers = { 'strapi-encode-source-maps': 'true' };
    const answer = await strapi.get('countries', { headers });
    expect([answer.status, tagsOf(answer)]).toEqual([200, []]);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
  });

  test('errors', async ({ expect }) => {
    for (const [path, status] of [
      [`countries/${atlas.utopia}`, 404],
      ['countries?filters[nothing]=1', 400],
      ['users', 403],
      ['busy', 503],
      ['nothing', 404],
    ] as const) {
      const answer = await strapi.get(path);
      expect([path, answer.status, tagsOf(answer)]).toEqual([path, status, []]);
    }
  });

  test('errors may be kept by no cache, and what succeeds says nothing of that', async ({
    expect,
  }) => {
    for (const path of [
      `countries/${atlas.utopia}`,
      'users',
      'busy',
      'nothing',
      'countries?filters[nothing]=1',
      '/uploads/none.png',
    ])
      expect([path, (await strapi.get(path)).headers.get('cache-control')]).toEqual([
        path,
        'private, no-store',
      ]);
    expect((await strapi.get('countries')).headers.get('cache-control')).toBe(null);
    // As Strapi has it for files.
    expect((await strapi.get(atlas.flag.url)).headers.get('cache-control')).toBe('max-age=0');
  });

  test('answers to writes', async ({ expect }) => {
    const answer = await strapi.get('languages', {
      method: 'POST',
      headers: { authorization: `Bearer ${strapi.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ data: { code: 'ita', name: 'Italian' } }),
    });
    expect([answer.status, tagsOf(answer)]).toEqual([201, []]);
  });

  test('the admin panel’s own answers', async ({ expect }) => {
    const answer = await strapi.get('/admin/init');
    expect([answer.status, tagsOf(answer)]).toEqual([200, []]);
  });
});
