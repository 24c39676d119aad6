import type { OutboxStore } from '@freshtag/core/relay';

import { REMOVALS } from '../../../contract/admin-api.ts';
import type { DocumentPages } from './pages.ts';

/** What the change that a row is of says of its document. */
export interface Scope {
  /** The tags of those locales that it changed; none: it was about all of them. */
  readonly locales: ReadonlySet<string>;
  /**
   * Whether a locale was changed again: then what visitors see of it comes of the later change.
   * @param tag of the locale, or of the document where locales have no tags of their own
   */
  readonly isOvertaken: (tag: string) => boolean;
}

/** Of a document, the newest: of older rows nothing is said. */
const MOST_ROWS = 500;

/**
 * By row. What is to be judged by it must have been seen before: who asks the other way round can take what
 * came of a change that was committed in between for what came of the one before.
 * @returns nothing for rows of which no page tells what came of them
 */
export async function readScopes(
  store: Pick<OutboxStore, 'history'>,
  subject: string,
  { localeTags, ownTags, isBlurred }: Pick<DocumentPages, 'localeTags' | 'ownTags' | 'isBlurred'>,
): Promise<ReadonlyMap<number, Scope>> {
  const rows = await store.history({ subject, limit: MOST_ROWS });
  const changes = [...Map.groupBy(rows, ({ change }) => change).values()];
  const newest = (ofChange: typeof rows): number => Math.max(...ofChange.map(({ id }) => id));
  const scopes = new Map<number, Scope>();
  let later: ReadonlySet<string> = new Set();
  let isAllLater = false;
  for (const own of changes.toSorted((one, other) => newest(other) - newest(one))) {
    const locales = new Set(own.flatMap(({ tag }) => (localeTags.has(tag) ? tag : [])));
    const [since, isAllSince] = [later, isAllLater];
    const scope = { locales, isOvertaken: (tag: string) => isAllSince || since.has(tag) };
    const isUnknown = isBlurred && own.some(({ reason = '' }) => REMOVALS.has(reason));
    if (!isUnknown) for (const { id } of own) scopes.set(id, scope);
    later = later.union(locales);
    // Without a tag of its own it is of others that show the document.
    isAllLater ||= locales.size === 0 && own.some(({ tag }) => ownTags.has(tag));
  }
  return scopes;
}
