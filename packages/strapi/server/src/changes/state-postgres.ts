import type { Link } from './links.ts';
import type { Transaction } from './public-state.ts';
import { isDrafted } from './schema.ts';
import { ANY_DOCUMENT, nothingShared, tableOf, type Asked, type Builder } from './asked-state.ts';

/** What every type has of an entry, and the statement needs. */
const COLUMNS = ['id', 'document_id', 'locale', 'published_at'] as const;

/**
 * The document's entries, looked up once. PostgreSQL plans a statement anew each time it is sent, and for
 * one like this that takes several times longer than to carry it out, and longer with each table that is
 * joined, each query inside, and each column: so links are found by ids alone, for each entry at a time,
 * and each table of those who show the document is asked once.
 */
export function shownOnce(asked: Asked): Builder {
  const { strapi, trx, query } = asked;
  const columns = [...new Set([...COLUMNS, ...query.shared.columns])];
  const shown = trx.from(tableOf(strapi, query.uid)).where('document_id', ANY_DOCUMENT);
  const builder = trx.queryBuilder().with('shown', shown.select(columns));
  if (query.links.length > 0) builder.with('found', foundThroughEach(asked));
  return builder.from('shown');
}

/** Ids of entries that show the document, published or not, with the number of the link. */
function foundThroughEach({ strapi, trx, query }: Asked): Builder {
  const [first, ...others] = query.links.map((link, index) => ownersThrough(trx, link, index));
  const found = trx
    .from('shown')
    .joinRaw('CROSS JOIN LATERAL ? AS through', [first?.unionAll(others)])
    .select('through.link', 'through.owner_id', 'shown.id AS shown_id');
  if (!query.ofDrafts && isDrafted(strapi, query.uid)) found.whereNotNull('shown.published_at');
  return found;
}

/** Of one entry that is shown. */
function ownersThrough(trx: Transaction, { steps }: Link, index: number): Builder {
  const builder = trx.queryBuilder();
  let last = 'shown.id';
  for (const [number, { table, from, to, component }] of steps.entries()) {
    const step = `step${number}`;
    if (number === 0)
      builder.from({ [step]: table }).whereRaw('?? = ??', [`${step}.${from}`, last]);
    else builder.join({ [step]: table }, `${step}.${from}`, last);
    if (component !== undefined) builder.where(`${step}.component_type`, component);
    last = `${step}.${to}`;
  }
  return builder.select(trx.raw(`${index} AS link`), `${last} AS owner_id`);
}

/** Entries that show the document: a selection, if there can be any. */
export function showingOnce(asked: Asked): Builder[] {
  const { trx, query } = asked;
  const [first, ...others] = [...new Set(query.links.map(({ uid }) => uid))].map((uid) =>
    ownersOfType(asked, uid),
  );
  if (first === undefined) return [];
  const showing = trx
    .from('found')
    .joinRaw('CROSS JOIN LATERAL ? AS owner', [first.unionAll(others)])
    .select('found.link', 'owner.document_id', 'owner.locale', 'found.shown_id')
    .select('owner.published_at', ...nothingShared(asked));
  return [showing];
}

/** Of one id that was found, if it is of the type. */
function ownersOfType({ strapi, trx, query }: Asked, uid: string): Builder {
  const links = query.links.flatMap((link, index) => (link.uid === uid ? [index] : []));
  const builder = trx
    .from({ owner: tableOf(strapi, uid) })
    .whereRaw(`owner.id = found.owner_id AND found.link IN (${links.join(', ')})`);
  if (isDrafted(strapi, uid)) builder.whereNotNull('owner.published_at');
  return builder.select('owner.document_id', 'owner.locale', 'owner.published_at');
}
