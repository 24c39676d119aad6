import type { HeaderList } from '../http/header-list.ts';
import { lengthOf, type StoredBody } from './body.ts';
import type { TagRecord } from './tag-table.ts';

/** A response, as it is stored and as it is found again. */
export interface StoredResponse {
  readonly domain: string;
  /** With the query. */
  readonly path: string;
  /** Request headers that choose the variant. */
  readonly vary: readonly string[];
  /** Their values, see `variantOf`. */
  readonly variant: string;
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: StoredBody;
  /** When it was stored here, by the edge's clock. */
  readonly storedAtMs: number;
  /** When it was fetched from its origin. */
  readonly fetchedAtMs: number;
  /** How old it was when it was stored. */
  readonly ageMs: number;
  readonly lifetimeSeconds: number;
}

/** One stored response in its layer. A class, so that a hundred thousand of them share their shape. */
export class Entry {
  readonly response: StoredResponse;
  readonly tags: readonly TagRecord[];
  /** Number of the last refresh before it was stored. */
  readonly storedAfter: number;
  /** In its layer's file; 0 in memory. */
  readonly rowId: number;
  /** Set by a refresh of objects without force. */
  expired = false;
  hits = 0;
  /** Neighbours by use. */
  newer: Entry | undefined = undefined;
  older: Entry | undefined = undefined;

  constructor(
    response: StoredResponse,
    tags: readonly TagRecord[],
    { storedAfter, rowId }: { readonly storedAfter: number; readonly rowId: number },
  ) {
    this.response = response;
    this.tags = tags;
    this.storedAfter = storedAfter;
    this.rowId = rowId;
  }

  /** A refresh with force has reached one of its tags. */
  get isRemoved(): boolean {
    for (const { removedBy } of this.tags) if (removedBy > this.storedAfter) return true;
    return false;
  }

  /** A refresh without force has: its origin is asked before it is served again. */
  get isExpired(): boolean {
    if (this.expired) return true;
    for (const { expiredBy } of this.tags) if (expiredBy > this.storedAfter) return true;
    return false;
  }

  /** Bytes that it is charged for: an estimate of what its index takes, and its body. */
  get sizeBytes(): number {
    const { path, variant, headers, body } = this.response;
    let headerBytes = 0;
    for (const text of headers) headerBytes += text.length;
    return OVERHEAD_BYTES + path.length + variant.length + headerBytes + lengthOf(body);
  }

  ageMsAt(nowMs: number): number {
    const { ageMs, storedAtMs } = this.response;
    // A clock that was set back, or begins anew over a file, makes nothing younger.
    return ageMs + Math.max(0, nowMs - storedAtMs);
  }
}

const OVERHEAD_BYTES = 512;
