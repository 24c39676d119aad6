import type { EntryReference, EntrySearch, NamedEntry } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';
import { keyOf, type Reader } from './reader.ts';

const MOST_FOUND = 20;
const MOST_OF_A_TYPE = 10;
/** What an id can be: the history of each type is asked for it. */
const ID = /^[\w-]{10,}$/;

export async function searchEntries(
  instance: Instance,
  reader: Reader,
  { search, uid: only }: { readonly search: string; readonly uid?: string | undefined },
): Promise<EntrySearch> {
  const entries: NamedEntry[] = [];
  const uids = [...instance.names.types.keys()].filter((uid) => (only ?? uid) === uid);
  const limit = only === undefined ? MOST_OF_A_TYPE : MOST_FOUND;
  for (const uid of uids) {
    if (entries.length >= MOST_FOUND) break;
    entries.push(...(await reader.search(uid, search, limit)));
  }
  // Whoever asks for one type wants to look at an entry; what is gone has its history alone.
  const gone = only === undefined ? await findGone(instance, reader, { uids, search }) : [];
  const there = new Set(entries.map(keyOf));
  return {
    entries: [...gone.filter((entry) => !there.has(keyOf(entry))), ...entries].slice(0, MOST_FOUND),
  };
}

/** Entries of this id that the history knows, of types of which the reader may see those that are gone. */
async function findGone(
  instance: Instance,
  reader: Reader,
  { uids, search: documentId }: { readonly uids: readonly string[]; readonly search: string },
): Promise<readonly NamedEntry[]> {
  if (!ID.test(documentId)) return [];
  const known: EntryReference[] = [];
  for (const uid of uids.filter(reader.mayReadAll))
    if (await isInHistory(instance, { uid, documentId })) known.push({ uid, documentId });
  const named = await reader.name(known);
  return known.flatMap((entry) => named(entry) ?? []);
}

async function isInHistory(instance: Instance, entry: EntryReference): Promise<boolean> {
  const subject = keyOf(entry);
  for (const { store } of stagesOf(instance))
    if ((await store.history({ subject, limit: 1 })).length > 0) return true;
  return false;
}
