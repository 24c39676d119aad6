import type { Entry } from './entry.ts';
import { TagTable } from './tag-table.ts';

/** Entries by URL and by tag, of one domain. Nearly every URL has one variant. */
class DomainIndex {
  readonly byPath = new Map<string, Entry | Entry[]>();
  readonly tags = new TagTable();
}

/** Finds entries by domain, URL and tag, and knows which was used longest ago. */
export class EntryIndex {
  readonly #domains = new Map<string, DomainIndex>();
  #newest: Entry | undefined;
  #oldest: Entry | undefined;
  #size = 0;
  #sizeBytes = 0;
  #changes = 0;

  /** How often an entry came or went. */
  get changes(): number {
    return this.#changes;
  }

  get size(): number {
    return this.#size;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get oldest(): Entry | undefined {
    return this.#oldest;
  }

  variants(domain: string, path: string): readonly Entry[] {
    const found = this.#domains.get(domain)?.byPath.get(path);
    if (found === undefined) return [];
    return Array.isArray(found) ? found : [found];
  }

  has(entry: Entry): boolean {
    const { domain, path } = entry.response;
    return this.variants(domain, path).includes(entry);
  }

  tags(domain: string): TagTable {
    return this.#domain(domain).tags;
  }

  add(entry: Entry): void {
    const { domain, path } = entry.response;
    const { byPath } = this.#domain(domain);
    const found = byPath.get(path);
    if (found === undefined) byPath.set(path, entry);
    else byPath.set(path, [found, entry].flat());
    this.#changes += 1;
    this.#size += 1;
    this.#sizeBytes += entry.sizeBytes;
    this.#append(entry);
  }

  remove(entry: Entry): void {
    const { domain, path } = entry.response;
    const { byPath, tags } = this.#domain(domain);
    const rest = this.variants(domain, path).filter((other) => other !== entry);
    const [only] = rest;
    if (only === undefined) byPath.delete(path);
    else byPath.set(path, rest.length === 1 ? only : rest);
    tags.unlink(entry.tags);
    this.#changes += 1;
    this.#size -= 1;
    this.#sizeBytes -= entry.sizeBytes;
    this.#detach(entry);
  }

  /** Marks it as used just now. */
  touch(entry: Entry): void {
    if (this.#newest === entry) return;
    this.#detach(entry);
    this.#append(entry);
  }

  /** All entries, the one used last first. */
  *all(): Generator<Entry> {
    for (let entry = this.#newest; entry !== undefined; entry = entry.older) yield entry;
  }

  #domain(domain: string): DomainIndex {
    const known = this.#domains.get(domain);
    if (known !== undefined) return known;
    const created = new DomainIndex();
    this.#domains.set(domain, created);
    return created;
  }

  #append(entry: Entry): void {
    entry.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = entry;
    this.#newest = entry;
    this.#oldest ??= entry;
  }

  #detach(entry: Entry): void {
    const { newer, older } = entry;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    entry.newer = undefined;
    entry.older = undefined;
  }
}
