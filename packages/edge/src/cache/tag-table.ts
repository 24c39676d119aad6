/** What is known of one tag in one layer. Shared by all entries that carry it. */
export interface TagRecord {
  readonly name: string;
  /** How many entries carry it, those that a refresh has reached included. */
  entries: number;
  /** Number of the last refresh with force that took effect; 0 for none. */
  removedBy: number;
  /** The same for refreshes without force. */
  expiredBy: number;
}

/**
 * The tags of one domain's entries. A refresh marks the tag, whoever carries it: that takes the same
 * time for one entry as for a million, and entries find out when they are looked up.
 */
export class TagTable {
  readonly #records = new Map<string, TagRecord>();

  get(name: string): TagRecord | undefined {
    return this.#records.get(name);
  }

  /** Records for the tags of a new entry. */
  link(names: readonly string[]): readonly TagRecord[] {
    if (names.length === 0) return NONE;
    return names.map((name) => {
      const record = this.#records.get(name) ?? this.#create(name);
      record.entries += 1;
      return record;
    });
  }

  /** A tag that nobody carries any more is forgotten, with the refreshes that it has seen. */
  unlink(records: readonly TagRecord[]): void {
    for (const record of records) {
      record.entries -= 1;
      if (record.entries === 0) this.#records.delete(record.name);
    }
  }

  all(): Iterable<TagRecord> {
    return this.#records.values();
  }

  #create(name: string): TagRecord {
    const record = { name, entries: 0, removedBy: 0, expiredBy: 0 };
    this.#records.set(name, record);
    return record;
  }
}

const NONE: readonly TagRecord[] = [];
