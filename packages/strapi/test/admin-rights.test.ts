import { afterAll, beforeAll, describe, test } from 'vitest';

import { RIGHTS } from '../contract/admin-api.ts';
import { ADMIN_ROUTES } from '../server/src/admin/routes.ts';
import type { Admin } from './support/admin.ts';
import { callersOf } from './support/changes-world.ts';
import { startPanel, type PanelWorld } from './support/panel-world.ts';
import { loginWith, mayRead } from './support/roles.ts';

const COUNTRY = 'api::country.country';
const NO_CHANGE = '0'.repeat(18);

/** Which rights open a route, beside being logged in. Those without any look at what is asked for. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'GET /entries': [RIGHTS.read],
  'GET /entries/:uid/:documentId': [RIGHTS.read],
  'GET /actors': [RIGHTS.read],
  'GET /summary': [RIGHTS.read],
  'GET /history': [RIGHTS.read],
  'GET /history.csv': [RIGHTS.read],
  'GET /history/:id': [RIGHTS.read],
  'POST /history/:id/retry': [RIGHTS.read, RIGHTS.refreshTags],
  'POST /history/:id/discard': [RIGHTS.read, RIGHTS.refreshTags],
  'GET /tags': [RIGHTS.read],
  'POST /preview': [],
  'POST /refresh': [],
  'GET /settings': [RIGHTS.settings],
  'GET /settings/preview': [RIGHTS.settings],
  'POST /settings/test/:step': [RIGHTS.settings],
};

describe.for(['sqlite', 'postgres'] as const)('on %s', (database) => {
  let world: PanelWorld | undefined;

  beforeAll(async () => {
    world = await startPanel(database);
  });
  afterAll(async () => {
    await world?.atlas.stop();
  });

  const routes = ADMIN_ROUTES.routes.map(({ method, path }) => `${method} ${path}`);
  const ask = async (admin: Pick<Admin, 'call'>, route: string): Promise<number> => {
    const [method, path] = route.split(' ') as ['GET' | 'POST', string];
    const filled = path
      .replace(':uid', COUNTRY)
      .replace(':documentId', world?.small.germany ?? '')
      .replace(':id', NO_CHANGE)
      .replace(':step', 'credentials');
    const query = route === 'GET /settings/preview' ? `?uid=${COUNTRY}&documentId=none` : '';
    const asked = route.includes('test') ? { target: 'api' } : { tags: ['country'] };
    const body = method === 'POST' ? asked : undefined;
    return (await admin.call(method, `/freshtag${filled}${query}`, body)).status;
  };

  test('every route is known here, closed to strangers, and to administrators without its right', async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { atlas } = world;
    expect(routes).toEqual(Object.keys(NEEDED));
    const stranger: Pick<Admin, 'call'> = {
      call: (method, path) => atlas.get(path, { method }),
    };
    const token: Pick<Admin, 'call'> = {
      call: (method, path) =>
        atlas.get(path, { method, headers: { authorization: `Bearer ${atlas.token}` } }),
    };
    const nobody = await loginWith(atlas, [mayRead(COUNTRY)]);
    for (const route of routes) {
      expect([route, await ask(stranger, route)]).toEqual([route, 401]);
      expect([route, await ask(token, route)]).toEqual([route, 401]);
      expect([route, await ask(nobody, route)]).toEqual([route, 403]);
    }
  });

  test('each right opens its routes and no others', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { atlas } = world;
    for (const right of [RIGHTS.read, RIGHTS.refreshTags, RIGHTS.refreshAll, RIGHTS.settings]) {
      const admin = await loginWith(atlas, [{ action: right }, mayRead(COUNTRY)]);
      for (const [route, needed] of Object.entries(NEEDED)) {
        const isOpen =
          needed.length === 0
            ? right === RIGHTS.refreshTags
            : needed.every((each) => each === right);
        const status = await ask(admin, route);
        expect([right, route, status === 403]).toEqual([right, route, !isOpen]);
      }
    }
    const both = await loginWith(atlas, [{ action: RIGHTS.read }, { action: RIGHTS.refreshTags }]);
    expect(await ask(both, 'POST /history/:id/retry')).toBe(404);
    expect(await ask(both, 'POST /history/:id/discard')).toBe(404);
  });

  test('what is asked for says which right a refresh needs', async ({ expect, skip }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { atlas, small } = world;
    const entries = { uid: COUNTRY, documentIds: [small.germany] };
    const bodies = { entries, tags: { tags: ['country'] }, all: { all: true } };
    const rights = {
      entries: [{ action: RIGHTS.refresh, subject: COUNTRY }, mayRead(COUNTRY)],
      tags: [{ action: RIGHTS.refreshTags }],
      all: [{ action: RIGHTS.refreshAll }],
    };
    for (const [name, given] of Object.entries(rights)) {
      const admin = await loginWith(atlas, given);
      for (const [asked, body] of Object.entries(bodies)) {
        const { status } = await admin.call('POST', '/freshtag/preview', body);
        expect([name, asked, status]).toEqual([name, asked, name === asked ? 200 : 403]);
        if (name === asked) continue;
        const refused = await admin.call('POST', '/freshtag/refresh', {
          ...body,
          ...(asked === 'all' && { confirm: 'production' }),
        });
        expect([name, asked, refused.status]).toEqual([name, asked, 403]);
      }
    }
  });

  test('an entry that is gone can be chosen by its id, by those who may see what became of it', async ({
    expect,
    skip,
  }) => {
    const { atlas, admin, second } = world ?? skip();
    const documents = callersOf(atlas).documents(COUNTRY);
    const data = { name: 'Atlantis', code: 'atlantis' };
    const { documentId } = await documents.create({ data });
    await documents.publish({ documentId });
    const find = async (who: Pick<Admin, 'call'>, query: string): Promise<unknown> =>
      (await who.call('GET', `/freshtag/entries?search=${query}`)).body.entries;
    const common = { uid: COUNTRY, documentId, typeName: 'Country', editView: 'collection' };
    expect(await find(admin, documentId)).toEqual([{ ...common, title: 'Atlantis' }]);
    await documents.delete({ documentId });
    const gone = [{ ...common, title: documentId }];
    expect(await find(admin, documentId)).toEqual(gone);
    // There is nothing to be seen of it but its history.
    expect(await find(admin, `${documentId}&uid=${COUNTRY}`)).toEqual([]);
    expect(await find(admin, documentId.slice(0, -1))).toEqual([]);
    const path = `/freshtag/history?uid=${COUNTRY}&documentId=${documentId}`;
    const rights = [
      [mayRead(COUNTRY), true],
      [mayRead(COUNTRY, 'admin::is-creator'), false],
      [{ ...mayRead(COUNTRY), properties: { locales: ['en'] } }, false],
      [mayRead('api::language.language'), false],
    ] as const;
    for (const [right, isSeen] of rights) {
      const reader = await loginWith(atlas, [{ action: RIGHTS.read }, right]);
      const { changes } = (await reader.call('GET', path)).body;
      const found = await find(reader, documentId);
      expect([right, changes.length, found]).toEqual([right, isSeen ? 2 : 0, isSeen ? gone : []]);
    }
    const late = { domain: 'www.example.com', tag: 'country', force: true };
    await second.append([{ ...late, subject: `${COUNTRY}:known-to-one-stage` }]);
    expect(await find(admin, 'known-to-one-stage')).toMatchObject([
      { title: 'known-to-one-stage' },
    ]);
  });

  test('administrators find the rights where they give them, one of them by type', async ({
    expect,
    skip,
  }) => {
    if (world === undefined) {
      skip();
      return;
    }
    const { body } = await world.admin.call('GET', '/admin/permissions');
    const { plugins, collectionTypes } = body.data.sections;
    const ours = plugins.filter(({ action }: { action: string }) =>
      action.startsWith('plugin::freshtag.'),
    );
    expect(ours.map(({ action }: { action: string }) => action).sort()).toEqual(
      [RIGHTS.read, RIGHTS.refreshAll, RIGHTS.refreshTags, RIGHTS.settings].sort(),
    );
    const { actions } = collectionTypes;
    const refresh = actions.find(
      ({ actionId }: { actionId: string }) => actionId === RIGHTS.refresh,
    );
    expect(refresh.subjects).toContain(COUNTRY);
    expect(refresh.subjects).not.toContain('plugin::users-permissions.user');
  });
});
