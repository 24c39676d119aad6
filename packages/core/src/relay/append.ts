import { FreshtagError } from '../errors.ts';
import { checkDomains } from '../refresh/domain.ts';
import { parseTags } from '../tags/grammar.ts';
import type { NewRow, OutboxStore } from './outbox.ts';

export interface AppendOptions<Transaction> extends Omit<NewRow, 'domain' | 'tag' | 'force'> {
  /** Accelerated domains that the tags must be refreshed for. */
  readonly domains: string | readonly string[];
  /** Cache tags, at least one. Repeated ones are appended once. */
  readonly tags: Iterable<string>;
  /** `true` fetches anew; `false` keeps what the origin says is unchanged. Default true. */
  readonly force?: boolean | undefined;
  /** Transaction that changes the content: the rows are there if it is committed, and only then. */
  readonly transaction?: Transaction | undefined;
}

/**
 * Appends that tags must be refreshed: one insert, in the caller's transaction if one is given.
 *
 * @returns how many rows were appended: one for each domain and tag
 * @throws FreshtagError `INVALID_TAG` for a tag that no header could have carried, or none at all;
 *   `INVALID_OPTION` for a domain; before anything was written. Else as `OutboxStore.append`.
 */
export async function appendTags<Transaction>(
  store: Pick<OutboxStore<Transaction>, 'append'>,
  { domains, tags, force = true, subject, actor, reason, transaction }: AppendOptions<Transaction>,
): Promise<number> {
  const parsed = parseTags(tags);
  if (parsed.length === 0)
    throw new FreshtagError(
      'INVALID_TAG',
      'There is no cache tag in the list, so nothing would be refreshed. Give at least one, or do not call this.',
    );
  const rows = checkDomains(domains).flatMap((domain) =>
    parsed.map((tag): NewRow => ({ domain, tag, force, subject, actor, reason })),
  );
  await store.append(rows, transaction);
  return rows.length;
}
