interface Entry {
  readonly key: number;
  readonly item: number;
}

/** Gives back the smallest key first; of equal keys the smallest item. */
export class Heap {
  readonly #entries: Entry[] = [];

  push(key: number, item: number): void {
    const entries = this.#entries;
    const entry = { key, item };
    let place = entries.length;
    entries.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = entries[above];
      if (parent === undefined || !isBefore(entry, parent)) break;
      entries[place] = parent;
      place = above;
    }
    entries[place] = entry;
  }

  pop(): Entry | undefined {
    const [first] = this.#entries;
    const last = this.#entries.pop();
    if (last !== undefined && this.#entries.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: Entry): void {
    const entries = this.#entries;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const next = smaller(entries, left, left + 1);
      const child = entries[next];
      if (child === undefined || !isBefore(child, entry)) break;
      entries[place] = child;
      place = next;
    }
    entries[place] = entry;
  }
}

function smaller(entries: readonly Entry[], left: number, right: number): number {
  const a = entries[left];
  const b = entries[right];
  return a !== undefined && b !== undefined && isBefore(b, a) ? right : left;
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.key < b.key || (a.key === b.key && a.item < b.item);
}
