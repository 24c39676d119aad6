import type { ChangesWorld } from '../support/changes-world.ts';
import type { Random } from './random.ts';

const COUNTRY = 'api::country.country';
const REGION = 'api::region.region';
const LANGUAGE = 'api::language.language';
const CURRENCY = 'api::currency.currency';
const FRONT_PAGE = 'api::front-page.front-page';
const FILE = 'plugin::upload.file';

const PATHS: Readonly<Record<string, string>> = {
  [COUNTRY]: 'countries',
  [REGION]: 'regions',
  [LANGUAGE]: 'languages',
  [CURRENCY]: 'currencies',
};
const UIDS = [COUNTRY, COUNTRY, COUNTRY, REGION, LANGUAGE, CURRENCY];
const MOST_DOCUMENTS = 12;

type Walker = Pick<ChangesWorld, 'atlas' | 'admin' | 'rest' | 'mutate' | 'documents'>;

/**
 * What an editor, a pipeline or code does next. Strapi may refuse it, which is part of the walk.
 * @throws what it answers then
 */
export async function act(world: Walker, random: Random): Promise<void> {
  const action = random.pick(ACTIONS);
  const answer = await action?.(world, random);
  const { status, text } = (answer ?? {}) as { status?: unknown; text?: unknown };
  if (typeof status === 'number' && status >= 400) throw new Error(`${status}: ${String(text)}`);
}

type Action = (world: Walker, random: Random) => Promise<unknown>;

const create: Action = async (world, random) => {
  const uid = random.pick(UIDS) ?? COUNTRY;
  const ids = await idsOf(world, uid);
  const data = await dataFor(world, random, uid);
  if (ids.length >= MOST_DOCUMENTS)
    return world.documents(uid).delete({ documentId: ids[0], locale: '*' });
  if (random.chance(0.4)) return world.rest('POST', `${PATHS[uid]}`, data);
  if (random.chance(0.5))
    return world.admin.call('POST', `/content-manager/collection-types/${uid}`, data);
  return world.documents(uid).create({ data, status: statusFor(random) });
};

const update: Action = async (world, random) => {
  const [uid, documentId] = await anyDocument(world, random);
  if (documentId === undefined) return undefined;
  const data = await dataFor(world, random, uid);
  const locale = random.chance(0.3) ? 'de' : 'en';
  const way = random.below(4);
  if (way === 0) return world.rest('PUT', `${PATHS[uid]}/${documentId}?locale=${locale}`, data);
  if (way === 1)
    return world.admin.call(
      'POST',
      `/content-manager/collection-types/${uid}/${documentId}/actions/publish?locale=${locale}`,
      data,
    );
  if (way === 2) {
    const name = { [COUNTRY]: 'Country', [REGION]: 'Region', [LANGUAGE]: 'Language' }[uid];
    if (name !== undefined)
      return world.mutate(
        `update${name}(documentId: "${documentId}", data: { name: "G${random.below(100)}" }) { documentId }`,
      );
  }
  return world.documents(uid).update({ documentId, locale, data, status: statusFor(random) });
};

const saveDraft: Action = async (world, random) => {
  const [uid, documentId] = await anyDocument(world, random);
  const data = await dataFor(world, random, uid);
  return world.documents(uid).update({ documentId, data });
};

const changeStatus: Action = async (world, random) => {
  const [uid, documentId] = await anyDocument(world, random);
  if (documentId === undefined || uid === REGION || uid === LANGUAGE) return undefined;
  const action =
    random.pick(['publish', 'publish', 'unpublish', 'discardDraft'] as const) ?? 'publish';
  const locale = random.pick([undefined, 'de', '*', ['en', 'de']]);
  return world.documents(uid)[action]({ documentId, ...(locale !== undefined && { locale }) });
};

const remove: Action = async (world, random) => {
  const [uid, documentId] = await anyDocument(world, random);
  if (documentId === undefined) return undefined;
  if (random.chance(0.3)) return world.rest('DELETE', `${PATHS[uid]}/${documentId}`);
  const locale = random.pick([undefined, 'de', '*']);
  return world.documents(uid).delete({ documentId, ...(locale !== undefined && { locale }) });
};

const linkBack: Action = async (world, random) => {
  const uid = random.pick([REGION, LANGUAGE, CURRENCY]) ?? REGION;
  const documentId = random.pick(await idsOf(world, uid));
  if (documentId === undefined) return undefined;
  const some = random.some(await idsOf(world, COUNTRY), 4);
  const countries = random.chance(0.5) ? { set: some } : { connect: some };
  return world.documents(uid).update({
    documentId,
    data: { countries },
    ...(uid === CURRENCY && { status: statusFor(random) }),
  });
};

const bulk: Action = async (world, random) => {
  const uid = random.pick([COUNTRY, COUNTRY, CURRENCY, REGION]) ?? COUNTRY;
  const documentIds = random.some(await idsOf(world, uid), 5);
  const action =
    uid === REGION ? 'bulkDelete' : random.pick(['bulkPublish', 'bulkPublish', 'bulkUnpublish']);
  const path = `/content-manager/collection-types/${uid}/actions/${action}`;
  if (documentIds.length === 0 || (uid === REGION && random.chance(0.7))) return undefined;
  return world.admin.call('POST', path, { documentIds, locale: ['en', 'de'] });
};

const changeFrontPage: Action = async (world, random) => {
  const pages = world.documents(FRONT_PAGE);
  const countries = random.some(await idsOf(world, COUNTRY), 4);
  const data = {
    title: `Title ${random.below(1000)}`,
    countries,
    hero: await anyFile(world, random),
    sections: await sectionsFor(world, random),
  };
  const old = await pages.findFirst({});
  if (old === null) return pages.create({ data, status: statusFor(random) });
  const { documentId } = old;
  if (random.chance(0.2)) return pages.unpublish({ documentId });
  const locale = random.chance(0.3) ? 'de' : 'en';
  return pages.update({ documentId, data, locale, status: statusFor(random) });
};

const changeFile: Action = async (world, random) => {
  const file = await anyFile(world, random);
  const { db } = world.atlas.strapi;
  const number = random.below(1000);
  if (file === undefined || random.chance(0.2))
    return db.query(FILE).create({
      data: {
        name: `f${number}.png`,
        hash: `f${number}`,
        ext: '.png',
        mime: 'image/png',
        size: 1,
        url: `/uploads/f${number}.png`,
        provider: 'local',
        folderPath: '/',
      },
    });
  const where = { id: file };
  if (random.chance(0.15)) return db.query(FILE).delete({ where });
  return db.query(FILE).update({ where, data: { alternativeText: `Alt ${number}` } });
};

const transact: Action = async (world, random) => {
  const isRolledBack = random.chance(0.4);
  const work = world.atlas.strapi.db.transaction(async () => {
    for (let step = 0; step < 3; step += 1) {
      const action = random.pick([changeInPlace, changeStatus, linkBack]);
      await action?.(world, random);
    }
    if (isRolledBack) throw new Error('rolled back on purpose');
  });
  return work;
};

const changeInPlace: Action = async (world, random) => {
  const [uid, documentId] = await anyDocument(world, random);
  if (documentId === undefined) return undefined;
  const data = { name: `In place ${random.below(1000)}` };
  return world.documents(uid).update({ documentId, data, status: statusFor(random) });
};

const changeLocales: Action = async ({ atlas }, random) => {
  if (random.chance(0.7)) return undefined;
  const locales = atlas.strapi.plugin('i18n').service('locales');
  const french = await locales.findByCode('fr');
  return french === null
    ? locales.create({ name: 'French', code: 'fr' })
    : locales.delete({ id: french.id });
};

const ACTIONS: readonly Action[] = [
  create,
  create,
  create,
  update,
  update,
  update,
  update,
  saveDraft,
  changeStatus,
  changeStatus,
  changeStatus,
  remove,
  linkBack,
  linkBack,
  bulk,
  bulk,
  changeFrontPage,
  changeFile,
  transact,
  transact,
  changeLocales,
];

function statusFor(random: Random): 'draft' | 'published' {
  return random.chance(0.7) ? 'published' : 'draft';
}

async function idsOf({ atlas }: Walker, uid: string): Promise<string[]> {
  const found = await atlas.strapi.db
    .query(uid)
    .findMany({ select: ['documentId'], orderBy: 'id' });
  return [...new Set(found.map(({ documentId }) => String(documentId)))];
}

async function anyDocument(
  world: Walker,
  random: Random,
): Promise<readonly [uid: string, documentId: string | undefined]> {
  const uid = random.pick(UIDS) ?? COUNTRY;
  return [uid, random.pick(await idsOf(world, uid))];
}

async function anyFile({ atlas }: Walker, random: Random): Promise<number | undefined> {
  const files = await atlas.strapi.db.query(FILE).findMany({ select: ['id'] });
  return random.pick(files)?.id as number | undefined;
}

async function sectionsFor(world: Walker, random: Random): Promise<object[]> {
  const countries = random.some(await idsOf(world, COUNTRY), 3);
  const image = await anyFile(world, random);
  return random.some(
    [
      { __component: 'atlas.see-also', heading: `See ${random.below(100)}`, countries },
      { __component: 'atlas.picture', caption: `Picture ${random.below(100)}`, image },
      { __component: 'atlas.text', heading: 'Text', body: `Body ${random.below(100)}` },
    ],
    3,
  );
}

async function dataFor(world: Walker, random: Random, uid: string): Promise<object> {
  const number = random.below(100_000);
  const named = { name: `Name ${number}`, code: `C${number}` };
  if (uid !== COUNTRY) return named;
  const links = async (of: string, most: number): Promise<string[]> =>
    random.some(await idsOf(world, of), most);
  return {
    ...named,
    ...(random.chance(0.5) && { region: random.pick(await idsOf(world, REGION)) ?? null }),
    ...(random.chance(0.5) && { languages: await links(LANGUAGE, 3) }),
    ...(random.chance(0.5) && { currencies: await links(CURRENCY, 3) }),
    ...(random.chance(0.3) && { neighbours: await links(COUNTRY, 3) }),
    ...(random.chance(0.3) && { flag: await anyFile(world, random) }),
    ...(random.chance(0.3) && { sections: await sectionsFor(world, random) }),
    ...(random.chance(0.3) && { facts: { capitals: [`Capital ${number}`] } }),
  };
}
