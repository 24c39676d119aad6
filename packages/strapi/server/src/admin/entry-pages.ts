import type {
  EntryReference,
  EntryStatus,
  EntryTarget,
  Probing,
  TargetState,
} from '../../../contract/admin-api.ts';
import { isDrafted } from '../changes/schema.ts';
import type { Instance } from '../instance.ts';
import { domainsOf } from '../outbox/stages.ts';
import { domainOf, verifyTargetsOf, type VerifyTargets } from '../probe/look.ts';
import { MAX_AGE_MS } from '../probe/prober.ts';
import { urlsOfEntry, urlsOfGone } from '../probe/urls.ts';
import type { Reader } from './reader.ts';

type Entry = Required<Pick<EntryReference, 'uid' | 'documentId'>> & Pick<EntryReference, 'locale'>;

/** Where it is looked whether visitors see an entry. */
export interface EntryPages extends Pick<EntryStatus, 'urls' | 'probing'> {
  readonly withProbing: (target: TargetState) => EntryTarget;
}

/** @returns with the URLs of what is published, in the locales that the reader may see */
export async function pagesOf(
  instance: Instance,
  entry: Entry,
  named: Awaited<ReturnType<Reader['name']>>,
): Promise<EntryPages> {
  const { strapi, config } = instance;
  const { uid, documentId, locale } = entry;
  const verified = verifyTargetsOf(config);
  const option = config.types[uid];
  const hasUrls = option !== undefined && option !== false && option.urls !== undefined;
  const where = { documentId, ...publicWhere(strapi, uid, locale) };
  const rows: readonly { readonly locale?: string | null }[] = hasUrls
    ? await strapi.db.query(uid).findMany({ where })
    : [];
  const urlsBy = (shown: typeof rows): readonly string[] =>
    shown.flatMap((row) => urlsOf(config, uid, row));
  const urls = urlsBy(
    rows.filter((row) => named({ uid, documentId, locale: row.locale ?? undefined }) !== undefined),
  );
  const isGone = hasUrls && rows.length === 0;
  const seenAt = isGone ? await urlsOfGoneEntry(instance, entry) : urlsBy(rows);
  const domains = seenAt.map(domainOf);
  return {
    urls: [...new Set(urls)],
    probing: probingAt(domains, { domains, verified }),
    withProbing: (state) => {
      const target = config.targets[state.target];
      const own = target?.kind === 'dynamic' ? domainsOf(target) : [];
      const probing = probingAt(own, { domains, verified });
      return { ...state, probing, isLookedAt: probing === 'on' && mayBeSeen(state) };
    },
  };
}

/** Whether it can be seen there: one of the entry's pages must be where somebody can look. */
function probingAt(
  own: readonly string[],
  { domains, verified }: { readonly domains: readonly string[]; readonly verified: VerifyTargets },
): Probing {
  const verifiable = own.filter((domain) => verified.has(domain));
  if (verifiable.some((domain) => domains.includes(domain))) return 'on';
  return domains.length > 0 && verifiable.length === 0 ? 'no-verify' : 'no-urls';
}

/** Whether it ended so lately that it is still looked at, and nothing was seen yet. */
function mayBeSeen({ state, problem, sinceMs }: TargetState): boolean {
  const isOver = state === 'complete' || state === 'settled';
  return isOver && problem === undefined && Date.now() - sinceMs < MAX_AGE_MS;
}

/** The project's own function may fail; the log says it where it is looked. */
function urlsOf(config: Instance['config'], uid: string, entry: object): readonly string[] {
  try {
    return urlsOfEntry(config, uid, { ...entry });
  } catch {
    return [];
  }
}

/** Where visitors saw what they see no more: its draft tells it, or what is known of any entry. */
async function urlsOfGoneEntry(
  { strapi, config }: Instance,
  { uid, documentId, locale }: Entry,
): Promise<readonly string[]> {
  const where = { documentId, ...(locale !== undefined && { locale }) };
  const drafts: readonly object[] = await strapi.db.query(uid).findMany({ where });
  if (drafts.length > 0) return drafts.flatMap((draft) => urlsOf(config, uid, draft));
  try {
    return urlsOfGone(config, uid, { documentId, locale }) ?? [];
  } catch {
    return [];
  }
}

/** What visitors see of a type, in one locale or in all. */
export function publicWhere(
  strapi: Instance['strapi'],
  uid: string,
  locale: string | undefined,
): object {
  const drafted = isDrafted(strapi, uid) ? { publishedAt: { $notNull: true } } : {};
  return { ...(locale !== undefined && { locale }), ...drafted };
}
