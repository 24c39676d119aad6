import type { EntrySearch, NamedEntry } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import type { Reader } from './reader.ts';

const MOST_FOUND = 20;
const MOST_OF_A_TYPE = 10;

export async function searchEntries(
  { names }: Instance,
  reader: Reader,
  { search, uid: only }: { readonly search: string; readonly uid?: string | undefined },
): Promise<EntrySearch> {
  const entries: NamedEntry[] = [];
  const uids = [...names.types.keys()].filter((uid) => (only ?? uid) === uid);
  const limit = only === undefined ? MOST_OF_A_TYPE : MOST_FOUND;
  for (const uid of uids) {
    if (entries.length >= MOST_FOUND) break;
    entries.push(...(await reader.search(uid, search, limit)));
  }
  return { entries: entries.slice(0, MOST_FOUND) };
}
