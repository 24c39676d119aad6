import type { ShelvedBody } from './body.ts';
import type { StoredResponse } from './entry.ts';
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

export type TagMark = Pick<TagRecord, 'name' | 'removedBy' | 'expiredBy'>;

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
  remove(rowId: number): void;
  /** Refreshes have reached what carries these tags. */
  mark(domain: string, tags: readonly TagMark[]): void;
  /** A refresh has reached these by their URL. Removed ones may still be read until they are told to go. */
  flag(rowIds: readonly number[], force: boolean): void;
  /** What is there, the oldest first, and the refreshes that have reached it. */
  load(): {
    readonly entries: readonly ShelvedEntry[];
    readonly marks: readonly (TagMark & { readonly domain: string })[];
  };
}
