import type { ShelvedBody } from './body.ts';
import type { StoredResponse } from './entry.ts';
import type { Refresh } from './refresh.ts';
import type { TagRecord } from './tag-table.ts';

export interface ShelvedHead {
  readonly response: Omit<StoredResponse, 'body'>;
  /** Number of the last refresh before it was stored. */
  readonly storedAfter: number;
}

export interface ShelvedEntry extends ShelvedHead {
  readonly response: StoredResponse;
  readonly tags: readonly string[];
  readonly rowId: number;
  /** A refresh without force has reached it, by its URL. */
  readonly expired: boolean;
}

type TagMark = Pick<TagRecord, 'name' | 'removedBy' | 'expiredBy'>;

/** What a shelf has from an earlier process. */
export interface ShelfContent {
  /** The oldest first. */
  readonly entries: readonly ShelvedEntry[];
  readonly marks: readonly (TagMark & { readonly domain: string })[];
  /** Refreshes that were on their way, in their order. */
  readonly pending: readonly { readonly refresh: Refresh; readonly rowId: number }[];
}

/**
 * Where a layer's entries outlive the process. All calls are synchronous, and in force when they return;
 * each throws when the file cannot be written, as on a full disk, and has changed nothing then.
 */
export interface Shelf {
  add(
    entry: ShelvedHead & { readonly tags: readonly string[] },
    chunks: readonly Buffer[],
  ): { readonly rowId: number; readonly body: ShelvedBody };
  renew(rowId: number, head: ShelvedHead): void;
  /** Whoever reads it reads on. */
  remove(rowId: number): void;
  /** Refreshes without force have reached these by their URL. */
  expire(rowIds: readonly number[]): void;
  /** Refreshes have reached what carries these tags. */
  mark(domain: string, tags: readonly TagMark[]): void;
  /** A refresh is on its way. @returns what to name it by */
  keepPending(refresh: Refresh): number;
  /** It is here, and all that it does was said. */
  removePending(rowId: number): void;
  /** Whether its body turned out to be damaged. */
  isBroken(rowId: number): boolean;
  load(): ShelfContent;
}
