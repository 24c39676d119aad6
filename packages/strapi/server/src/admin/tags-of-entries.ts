import type { EntryReference } from '../../../contract/admin-api.ts';
import { isDrafted } from '../changes/schema.ts';
import type { Instance } from '../instance.ts';

/** How many documents one statement asks for. */
const CHUNK = 1000;

interface TaggedReference {
  readonly entry: EntryReference;
  readonly tags: readonly string[];
}

/** What hits all answers that show some entries: each, or one locale of it. */
export async function tagsOfEntries(
  instance: Instance,
  entries: readonly EntryReference[],
): Promise<readonly TaggedReference[]> {
  const tagged: TaggedReference[] = [];
  for (const [uid, ofType] of Map.groupBy(entries, (entry) => entry.uid))
    for (let from = 0; from < ofType.length; from += CHUNK)
      tagged.push(...(await tagsOfSome(instance, uid, ofType.slice(from, from + CHUNK))));
  return tagged;
}

type Row = Readonly<Record<string, unknown>> & {
  readonly documentId: string;
  readonly locale?: string | null;
};

async function tagsOfSome(
  { strapi, names }: Instance,
  uid: string,
  entries: readonly EntryReference[],
): Promise<readonly TaggedReference[]> {
  const hasOwnTags = names.types.get(uid)?.mapping.tags !== undefined;
  const documentId = { $in: entries.map((entry) => entry.documentId) };
  const drafted = isDrafted(strapi, uid) ? { publishedAt: { $notNull: true } } : {};
  const rows: readonly Row[] = await strapi.db.query(uid).findMany({
    where: hasOwnTags ? { documentId, ...drafted } : { documentId },
    ...(!hasOwnTags && { select: ['documentId', 'locale'] }),
  });
  const rowsOf = Map.groupBy(rows, (row) => row.documentId);
  return entries.map((entry) => {
    const { documentId: id, locale } = entry;
    const found = (rowsOf.get(id) ?? []).filter(
      (row) => locale === undefined || row.locale === locale,
    );
    const locales = locale === undefined ? found.map((row) => row.locale) : [locale];
    const of = { documentId: id, locales, ...(hasOwnTags && { entries: found }) };
    return { entry, tags: names.tagsOfChange(uid, of) };
  });
}
