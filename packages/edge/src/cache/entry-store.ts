import { variantOf } from '../http/vary.ts';
import { bodyOfChunks, type StoredBody } from './body.ts';
import { EntryIndex } from './entry-index.ts';
import { Entry, type StoredResponse } from './entry.ts';
import type { Lookup } from './exchange.ts';
import type { Refresh } from './refresh.ts';
import { compileSelector } from './selector.ts';
import type { Shelf, ShelvedHead } from './shelf.ts';

export interface StoreLimits {
  readonly maxObjects: number;
  readonly maxBytes: number;
}

export interface StoreOptions {
  readonly limits: StoreLimits;
  /** Keeps entries beyond the process. Default: they are in memory alone. */
  readonly shelf?: Shelf | undefined;
  /** Told when entries had to make room. */
  readonly onEvicted: (objects: number) => void;
  /** Told when the shelf could not follow. */
  readonly onFailed: (error: unknown) => void;
  /** Told when what the shelf has may not be served any more: it did not hear of a refresh. */
  readonly onShelfLost: () => void;
}

/** Of one URL: whoever asks has to be compared with each. The oldest go first. */
const MAX_VARIANTS = 100;

export type ResponseToStore = Omit<StoredResponse, 'body'>;

/** The responses that one layer has, within its limits: what was used longest ago goes first. */
export class EntryStore {
  readonly #options: StoreOptions;
  #index = new EntryIndex();
  #shelf: Shelf | undefined;
  /** Refreshes that have taken effect. */
  #refreshes = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#shelf = options.shelf;
    if (options.shelf !== undefined) this.#load(options.shelf);
  }

  get size(): number {
    return this.#index.size;
  }

  get sizeBytes(): number {
    return this.#index.sizeBytes;
  }

  /** Another number means that {@link EntryStore.all} may find others. */
  get version(): number {
    return this.#index.changes + this.#refreshes;
  }

  find({ domain, path, headers }: Omit<Lookup, 'method'>): Entry | undefined {
    for (const entry of this.#index.variants(domain, path)) {
      const { vary, variant } = entry.response;
      if (variantOf(vary, headers) !== variant) continue;
      const isGone = entry.isRemoved || this.#shelf?.isBroken(entry.rowId) === true;
      if (!isGone) return entry;
      this.remove(entry);
    }
    return undefined;
  }

  use(entry: Entry): void {
    entry.hits += 1;
    this.#index.touch(entry);
  }

  /** @returns whether there was room on the shelf */
  put(response: ResponseToStore, tags: readonly string[], chunks: readonly Buffer[]): boolean {
    const { domain, path, vary, variant } = response;
    const known = this.#index.variants(domain, path);
    const replaced = known.filter(
      ({ response: old }, index) =>
        old.variant === variant ||
        old.vary.join() !== vary.join() ||
        index <= known.length - MAX_VARIANTS,
    );
    for (const entry of replaced) this.remove(entry);
    const storedAfter = this.#refreshes;
    const stored = this.#keep({ response, tags, storedAfter }, chunks);
    if (stored === undefined) return false;
    const { rowId, body } = stored;
    const links = this.#index.tags(domain).link(tags);
    this.#index.add(new Entry(withBody(response, body), links, { storedAfter, rowId }));
    this.#makeRoom();
    return true;
  }

  /** The same body with the same tags, from now on under this head. */
  renew(entry: Entry, head: ResponseToStore): void {
    // It was replaced or had to make room while its origin was asked.
    if (!this.#index.has(entry)) return;
    const storedAfter = this.#refreshes;
    const { rowId } = entry;
    this.#follow((shelf) => shelf.renew(rowId, { response: head, storedAfter }));
    const tags = this.#index.tags(head.domain).link(entry.tags.map(({ name }) => name));
    const response = withBody(head, entry.response.body);
    this.#index.remove(entry);
    this.#index.add(new Entry(response, tags, { storedAfter, rowId }));
  }

  remove(entry: Entry): void {
    if (!this.#index.has(entry)) return;
    this.#index.remove(entry);
    this.#follow((shelf) => shelf.remove(entry.rowId));
  }

  removePath(domain: string, path: string): void {
    for (const entry of this.#index.variants(domain, path)) this.remove(entry);
  }

  /** A refresh is on its way. @returns what to name it by when it is here */
  announce(refresh: Refresh): number {
    return this.#follow((shelf) => shelf.keepPending(refresh)) ?? 0;
  }

  /**
   * @param rowId what {@link EntryStore.announce} returned
   * @returns how many entries carry one of the tags, or are selected
   */
  refresh({ domain, tags, selector, force }: Refresh, rowId: number): number {
    this.#refreshes += 1;
    const table = this.#index.tags(domain);
    const records = tags.flatMap((name) => table.get(name) ?? []);
    for (const record of records) record[force ? 'removedBy' : 'expiredBy'] = this.#refreshes;
    this.#follow((shelf) => shelf.mark(domain, records));
    const selected = this.#select(selector);
    if (force) for (const entry of selected) this.remove(entry);
    else this.#expire(selected);
    this.#follow((shelf) => shelf.removePending(rowId));
    return records.reduce((sum, { entries }) => sum + entries, selected.length);
  }

  /** What is stored goes, and the shelf is not asked any more. */
  dropShelf(): void {
    this.#shelf = undefined;
    this.#index = new EntryIndex();
  }

  /** What would be found now, the entry used last first. */
  *all(): Generator<Entry> {
    for (const entry of this.#index.all()) if (!entry.isRemoved) yield entry;
  }

  #expire(entries: readonly Entry[]): void {
    for (const entry of entries) entry.expired = true;
    const rowIds = entries.map(({ rowId }) => rowId);
    this.#follow((shelf) => shelf.expire(rowIds));
  }

  #select(selector: Refresh['selector']): readonly Entry[] {
    if (selector === undefined) return [];
    const matches = compileSelector(selector);
    return [...this.#index.all()].filter(({ response: { domain, path } }) => matches(domain, path));
  }

  #makeRoom(): void {
    const { maxObjects, maxBytes } = this.#options.limits;
    let evicted = 0;
    while (this.#index.size > maxObjects || this.#index.sizeBytes > maxBytes) {
      const { oldest } = this.#index;
      if (oldest === undefined) break;
      this.remove(oldest);
      evicted += 1;
    }
    if (evicted > 0) this.#options.onEvicted(evicted);
  }

  #keep(
    head: ShelvedHead & { readonly tags: readonly string[] },
    chunks: readonly Buffer[],
  ): { readonly rowId: number; readonly body: StoredBody } | undefined {
    if (this.#shelf === undefined) return { rowId: 0, body: bodyOfChunks(chunks) };
    try {
      return this.#shelf.add(head, chunks);
    } catch (error) {
      this.#options.onFailed(error);
      return undefined;
    }
  }

  /** Has the shelf follow. One that cannot would serve after a restart what is not to be served. */
  #follow<T>(run: (shelf: Shelf) => T): T | undefined {
    if (this.#shelf === undefined) return undefined;
    try {
      return run(this.#shelf);
    } catch (error) {
      this.#options.onFailed(error);
      this.#options.onShelfLost();
      return undefined;
    }
  }

  #load(shelf: Shelf): void {
    const { entries, marks, pending } = shelf.load();
    for (const { response, tags, storedAfter, rowId, expired } of entries) {
      const links = this.#index.tags(response.domain).link(tags);
      const entry = new Entry(response, links, { storedAfter, rowId });
      entry.expired = expired;
      this.#index.add(entry);
      this.#refreshes = Math.max(this.#refreshes, storedAfter);
    }
    for (const { domain, name, removedBy, expiredBy } of marks) {
      this.#refreshes = Math.max(this.#refreshes, removedBy, expiredBy);
      const record = this.#index.tags(domain).get(name);
      if (record !== undefined) Object.assign(record, { removedBy, expiredBy });
    }
    for (const { refresh, rowId } of pending) this.refresh(refresh, rowId);
    const removed = [...this.#index.all()].filter((entry) => entry.isRemoved);
    for (const entry of removed) this.remove(entry);
    this.#makeRoom();
  }
}

/** Field by field: objects made like this have one shape and no more room than they need. */
function withBody(head: ResponseToStore, body: StoredBody): StoredResponse {
  return {
    domain: head.domain,
    path: head.path,
    vary: head.vary,
    variant: head.variant,
    status: head.status,
    headers: head.headers,
    body,
    storedAtMs: head.storedAtMs,
    fetchedAtMs: head.fetchedAtMs,
    ageMs: head.ageMs,
    lifetimeSeconds: head.lifetimeSeconds,
  };
}
