import { isDrafted } from './schema.ts';
import { ANY_DOCUMENT, nothingShared, tableOf, type Asked, type Builder } from './asked-state.ts';

/** The document's entries, from which each of the selections begins. */
export function shownInEach({ strapi, trx, query: { uid } }: Asked): Builder {
  return trx
    .queryBuilder()
    .from({ shown: tableOf(strapi, uid) })
    .where('shown.document_id', ANY_DOCUMENT);
}

/** Entries that show the document: a selection for each link, which leads from it to them. */
export function showingThroughEach(asked: Asked): Builder[] {
  const { strapi, trx, query } = asked;
  const isOfPublished = !query.ofDrafts && isDrafted(strapi, query.uid);
  return query.links.map((link, index) => {
    const builder = shownInEach(asked);
    if (isOfPublished) builder.whereNotNull('shown.published_at');
    let last = 'shown.id';
    for (const [number, { table, from, to, component }] of link.steps.entries()) {
      const step = `step${number}`;
      builder.join({ [step]: table }, `${step}.${from}`, last);
      if (component !== undefined) builder.where(`${step}.component_type`, component);
      last = `${step}.${to}`;
    }
    builder.join({ owner: tableOf(strapi, link.uid) }, 'owner.id', last);
    if (isDrafted(strapi, link.uid)) builder.whereNotNull('owner.published_at');
    return builder.select(
      trx.raw(`${index} AS link`),
      'owner.document_id',
      'owner.locale',
      'shown.id AS shown_id',
      'owner.published_at',
      ...nothingShared(asked),
    );
  });
}
