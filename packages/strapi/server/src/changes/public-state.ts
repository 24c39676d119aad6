import type { Core } from '@strapi/strapi';

import type { Link } from './links.ts';
import { isDrafted } from './schema.ts';

/** An entry of a document, in one locale. */
export interface PublicEntry {
  readonly uid: string;
  readonly documentId: string;
  readonly locale: string | null;
}

/** What visitors can see of a document. */
export interface PublicState {
  /** Its locales; `null` for a type without. Empty: nobody sees it. */
  readonly locales: readonly (string | null)[];
  /** Entries of other documents that can show it, through the links that were asked for. */
  readonly shownBy: readonly PublicEntry[];
}

export const NOT_PUBLIC: PublicState = { locales: [], shownBy: [] };

/** Of knex, as Strapi hands it out. */
export type Transaction = Core.Strapi['db']['connection'];

interface Row {
  /** Some drivers give numbers as texts. */
  readonly link: number | string;
  readonly document_id: string;
  readonly locale: string | null;
}

/** Reads it with one statement. */
export async function readPublicState(
  strapi: Core.Strapi,
  trx: Transaction,
  { uid, documentId, links }: Readonly<{ uid: string; documentId: string; links: readonly Link[] }>,
): Promise<PublicState> {
  const own = shown(strapi, trx, uid, documentId).select(
    trx.raw('-1 AS link'),
    'shown.document_id',
    'shown.locale',
  );
  const others = links.map((link, index) => showing(strapi, trx, { uid, documentId, link, index }));
  const rows: readonly Row[] = await own.unionAll(others);
  return {
    locales: rows.filter(({ link }) => Number(link) === -1).map(({ locale }) => locale),
    shownBy: rows.flatMap(({ link, document_id, locale }) => {
      const owner = links[Number(link)]?.uid;
      if (owner === undefined || (owner === uid && document_id === documentId)) return [];
      return [{ uid: owner, documentId: document_id, locale }];
    }),
  };
}

type Builder = ReturnType<Transaction['queryBuilder']>;

function shown(strapi: Core.Strapi, trx: Transaction, uid: string, documentId: string): Builder {
  const builder = trx
    .queryBuilder()
    .from({ shown: tableOf(strapi, uid) })
    .where('shown.document_id', documentId);
  return isDrafted(strapi, uid) ? builder.whereNotNull('shown.published_at') : builder;
}

function showing(
  strapi: Core.Strapi,
  trx: Transaction,
  {
    uid,
    documentId,
    link,
    index,
  }: Readonly<{ uid: string; documentId: string; link: Link; index: number }>,
): Builder {
  const builder = shown(strapi, trx, uid, documentId);
  let last = 'shown.id';
  for (const [number, { table, from, to, component }] of link.steps.entries()) {
    const step = `step${number}`;
    builder.join({ [step]: table }, `${step}.${from}`, last);
    if (component !== undefined) builder.where(`${step}.component_type`, component);
    last = `${step}.${to}`;
  }
  builder.join({ owner: tableOf(strapi, link.uid) }, 'owner.id', last);
  if (isDrafted(strapi, link.uid)) builder.whereNotNull('owner.published_at');
  return builder.select(trx.raw(`${index} AS link`), 'owner.document_id', 'owner.locale');
}

function tableOf(strapi: Core.Strapi, uid: string): string {
  return strapi.db.metadata.get(uid).tableName;
}
