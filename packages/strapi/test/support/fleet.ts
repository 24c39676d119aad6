import type { FreshtagConfig } from '../../server/src/config.ts';
import { ONE_TARGET, startChanges, type ChangesWorld } from './changes-world.ts';
import type { DatabaseKind } from './databases.ts';
import { addExtraTypes, type ExtraSchemas } from './extra-types.ts';

/** Types with relations and fields of other kinds than the atlas has. */
const LOCALIZED = { i18n: { localized: true } };
const SCHEMAS: ExtraSchemas = {
  types: {
    captain: {
      options: { draftAndPublish: true },
      attributes: {
        name: { type: 'string' },
        ship: relation('oneToOne', 'ship', { inversedBy: 'captain' }),
        boats: relation('oneToMany', 'ship', { mappedBy: 'owner' }),
      },
    },
    ship: {
      options: { draftAndPublish: false },
      attributes: {
        name: { type: 'string' },
        captain: relation('oneToOne', 'captain', { mappedBy: 'ship' }),
        owner: relation('manyToOne', 'captain', { inversedBy: 'boats' }),
        tender: relation('manyToOne', 'ship', { inversedBy: 'tended', useJoinTable: false }),
        tended: relation('oneToMany', 'ship', { mappedBy: 'tender', useJoinTable: false }),
        logs: relation('manyToMany', 'log', { mappedBy: 'ships' }),
      },
    },
    log: {
      options: { draftAndPublish: true },
      pluginOptions: LOCALIZED,
      attributes: {
        title: { type: 'string', pluginOptions: LOCALIZED },
        ships: relation('manyToMany', 'ship', { inversedBy: 'logs' }),
      },
    },
    harbour: {
      options: { draftAndPublish: true },
      pluginOptions: LOCALIZED,
      attributes: {
        name: { type: 'string', pluginOptions: LOCALIZED },
        place: { type: 'component', component: 'extra.place' },
      },
    },
  },
  components: { place: { attributes: { label: { type: 'string' } } } },
};

function relation(kind: string, type: string, more: object): object {
  return { type: 'relation', relation: kind, target: `api::${type}.${type}`, ...more };
}

export const CAPTAIN = 'api::captain.captain';
export const SHIP = 'api::ship.ship';
export const LOG = 'api::log.log';
export const HARBOUR = 'api::harbour.harbour';
/** The atlas and its ships. */
export function startFleet(
  database: DatabaseKind,
  types: FreshtagConfig['types'] = {},
): Promise<ChangesWorld | undefined> {
  return startChanges(database, {
    freshtag: { ...ONE_TARGET, types },
    beforeLoad: (strapi) => addExtraTypes(strapi, SCHEMAS),
  });
}

/** A document that visitors see in English and German. */
export async function inTwoLocales(
  { documents }: ChangesWorld,
  uid: string,
  data: object,
): Promise<string> {
  const status = 'published';
  const { documentId } = await documents(uid).create({ data, status });
  await documents(uid).update({ documentId, locale: 'de', data, status });
  return documentId;
}

/** A file of the media library, that is nowhere. */
export async function newFile({ atlas }: ChangesWorld, name = 'f.png'): Promise<number> {
  const made = await atlas.strapi.db.query('plugin::upload.file').create({
    data: {
      name,
      hash: 'f',
      ext: '.png',
      mime: 'image/png',
      size: 1,
      url: '/uploads/f.png',
      provider: 'local',
      folderPath: '/',
    },
  });
  return made.id;
}

/** What a change of a document in these locales refreshes. */
export function changed(
  type: string,
  documentId: string,
  ...locales: readonly string[]
): readonly string[] {
  const own = `${type}:${documentId}`;
  return [type, own, ...locales.map((locale) => `${own}:${locale}`)];
}
