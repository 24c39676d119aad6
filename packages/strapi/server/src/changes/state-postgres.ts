import type { Link } from './links.ts';
import { isDrafted } from './schema.ts';
import { ANY_DOCUMENT, nothingShared, tableOf, type Asked, type Builder } from './asked-state.ts';

/** What an entry of every type has, and the statement needs. */
const COLUMNS = ['id', 'document_id', 'locale', 'published_at'] as const;

/**
 * The document's entries, looked up once. PostgreSQL takes several times longer to plan a statement like
 * this than to carry it out, and longer with each table that is joined and each column: so links are found
 * by ids alone, and each table of those who show the document is joined once.
 */
export function shownOnce(asked: Asked): Builder {
  const { strapi, trx, query } = asked;
  const columns = [...new Set([...COLUMNS, ...query.shared.columns])];
  const shown = trx.from(tableOf(strapi, query.uid)).where('document_id', ANY_DOCUMENT);
  const builder = trx.queryBuilder().with('shown', shown.select(columns));
  const [first, ...others] = query.links.map((link, index) => foundThrough(asked, link, index));
  if (first !== undefined) builder.with('found', first.unionAll(others));
  return builder.from('shown');
}

/** Ids of entries that show the document through one link, published or not. */
function foundThrough({ strapi, trx, query }: Asked, { steps }: Link, index: number): Builder {
  const ids = trx.from('shown').select('id');
  if (!query.ofDrafts && isDrafted(strapi, query.uid)) ids.whereNotNull('published_at');
  const builder = trx.queryBuilder();
  let last: string | undefined;
  for (const [number, { table, from, to, component }] of steps.entries()) {
    const step = `step${number}`;
    if (last === undefined)
      // As a list rather than as a table, which would be one more to join.
      builder.from({ [step]: table }).whereRaw('?? = ANY(ARRAY(?))', [`${step}.${from}`, ids]);
    else builder.join({ [step]: table }, `${step}.${from}`, last);
    if (component !== undefined) builder.where(`${step}.component_type`, component);
    last = `${step}.${to}`;
  }
  return builder.select(
    trx.raw(`${index} AS link`),
    `${last} AS owner_id`,
    `step0.${steps[0]?.from} AS shown_id`,
  );
}

/** Entries that show the document: a selection for each type of them. */
export function showingOfEachType(asked: Asked): Builder[] {
  const { strapi, trx, query } = asked;
  const uids = [...new Set(query.links.map(({ uid }) => uid))];
  return uids.map((uid) => {
    const links = query.links.flatMap((link, index) => (link.uid === uid ? [index] : []));
    const builder = trx
      .queryBuilder()
      .from('found')
      .join({ owner: tableOf(strapi, uid) }, 'owner.id', 'found.owner_id')
      .whereRaw(`found.link IN (${links.join(', ')})`);
    if (isDrafted(strapi, uid)) builder.whereNotNull('owner.published_at');
    return builder.select(
      'found.link',
      'owner.document_id',
      'owner.locale',
      'found.shown_id',
      'owner.published_at',
      ...nothingShared(asked),
    );
  });
}
