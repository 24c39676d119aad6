import { variantOf } from '../http/vary.ts';
import { joinChunks, type StoredBody } from './body.ts';
import { EntryIndex } from './entry-index.ts';
import { Entry, type StoredResponse } from './entry.ts';
import type { Lookup } from './exchange.ts';
import type { Refresh } from './refresh.ts';
import type { Shelf } from './shelf.ts';
import type { TagRecord } from './tag-table.ts';

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
}

/** Of one URL: whoever asks has to be compared with each. The oldest go first. */
const MAX_VARIANTS = 100;

export type ResponseToStore = Omit<StoredResponse, 'body'>;

/** The responses that one layer has, within its limits: what was used longest ago goes first. */
export class EntryStore {
  readonly #index = new EntryIndex();
  readonly #options: StoreOptions;
  /** Refreshes that have taken effect. */
  #refreshes = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
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
      if (!entry.isRemoved) return entry;
      this.remove(entry);
    }
    return undefined;
  }

  use(entry: Entry): void {
    entry.hits += 1;
    this.#index.touch(entry);
  }

  put(response: ResponseToStore, tags: readonly string[], chunks: readonly Buffer[]): boolean {
    const { domain, path, vary, variant } = response;
    const known = this.#index.variants(domain, path);
    const replaced = known.filter(
      ({ response: old }, index) =>
        old.variant === variant ||
        old.vary.join() !== vary.join() ||
        index <= known.length - MAX_VARIANTS,
    );
    const head = { response, tags, storedAfter: this.#refreshes };
    const shelved = this.#shelve((shelf) => shelf.add(head, chunks));
    for (const entry of replaced) this.remove(entry);
    if (shelved === undefined && this.#options.shelf !== undefined) return false;
    const { rowId, body } = shelved ?? { rowId: 0, body: joinChunks(chunks) };
    const { storedAfter } = head;
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
    this.#shelve((shelf) => shelf.renew(rowId, { response: head, storedAfter }));
    const tags = this.#index.tags(head.domain).link(entry.tags.map(({ name }) => name));
    const response = withBody(head, entry.response.body);
    this.#index.remove(entry);
    this.#index.add(new Entry(response, tags, { storedAfter, rowId }));
  }

  remove(entry: Entry): void {
    if (!this.#index.has(entry)) return;
    this.#index.remove(entry);
    this.#shelve((shelf) => shelf.remove(entry.rowId));
  }

  removePath(domain: string, path: string): void {
    for (const entry of this.#index.variants(domain, path)) this.remove(entry);
  }

  /** A refresh is on its way: should the process end before it is here, the shelf is as if it had been. */
  announce({ domain, tags, matches, force }: Refresh): void {
    if (this.#options.shelf === undefined) return;
    const by = { [force ? 'removedBy' : 'expiredBy']: this.#refreshes + 1 };
    const marks = this.#records(domain, tags).map((record) => ({ ...record, ...by }));
    const rowIds = this.#matching(matches).map(({ rowId }) => rowId);
    this.#shelve((shelf) => {
      shelf.mark(domain, marks);
      shelf.flag(rowIds, force);
    });
  }

  /** @returns how many entries carry one of the tags, or match */
  refresh({ domain, tags, matches, force }: Refresh): number {
    this.#refreshes += 1;
    const records = this.#records(domain, tags);
    for (const record of records) record[force ? 'removedBy' : 'expiredBy'] = this.#refreshes;
    this.#shelve((shelf) => shelf.mark(domain, records));
    const matching = this.#matching(matches);
    if (force) for (const entry of matching) this.remove(entry);
    else this.#expire(matching);
    return records.reduce((sum, { entries }) => sum + entries, matching.length);
  }

  /** What would be found now, the entry used last first. */
  *all(): Generator<Entry> {
    for (const entry of this.#index.all()) if (!entry.isRemoved) yield entry;
  }

  #expire(entries: readonly Entry[]): void {
    for (const entry of entries) entry.expired = true;
    const rowIds = entries.map(({ rowId }) => rowId);
    this.#shelve((shelf) => shelf.flag(rowIds, false));
  }

  #records(domain: string, tags: readonly string[]): readonly TagRecord[] {
    const table = this.#index.tags(domain);
    return tags.flatMap((name) => table.get(name) ?? []);
  }

  #matching(matches: Refresh['matches']): readonly Entry[] {
    if (matches === undefined) return [];
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

  /** Has the shelf follow. A shelf that cannot is reported, and this store goes on. */
  #shelve<T>(run: (shelf: Shelf) => T): T | undefined {
    const { shelf, onFailed } = this.#options;
    if (shelf === undefined) return undefined;
    try {
      return run(shelf);
    } catch (error) {
      onFailed(error);
      return undefined;
    }
  }

  #load(shelf: Shelf): void {
    const { entries, marks } = shelf.load();
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
    for (const entry of [...this.#index.all()]) if (entry.isRemoved) this.remove(entry);
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
