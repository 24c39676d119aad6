import { RIGHTS } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { isAlwaysTrue, ofAnyLocale } from './conditions.ts';
import type { Ability } from './find-entries.ts';

/** How many documents one statement asks for. */
const CHUNK = 1000;

/** As much of the document service as is used, for types that only the project knows. */
interface Documents {
  findMany(parameters: object): Promise<readonly { readonly documentId: string }[]>;
}

/** Which documents of a type the reader may refresh, who has the right at least under conditions. */
export async function findRefreshable(
  { strapi }: Instance,
  ability: Ability,
  { uid, ids }: { readonly uid: string; readonly ids: readonly string[] },
): Promise<readonly string[]> {
  const rules = ability.rulesFor(RIGHTS.refresh, uid);
  if (rules.some(({ conditions }) => isAlwaysTrue(ofAnyLocale(conditions), []))) return ids;
  const conditions = ofAnyLocale(
    strapi
      .service('admin::permission')
      .createPermissionsManager({ ability, action: RIGHTS.refresh, model: uid })
      .getQuery(),
  );
  const documents: Documents = Reflect.apply(strapi.documents, undefined, [uid]);
  const found = new Set<string>();
  for (let from = 0; from < ids.length; from += CHUNK) {
    const documentId = { $in: ids.slice(from, from + CHUNK) };
    const rows = await documents.findMany({
      filters: { $and: [{ documentId }, conditions] },
      fields: ['documentId'],
      locale: '*',
      status: 'draft',
    });
    for (const row of rows) found.add(row.documentId);
  }
  return [...found];
}
