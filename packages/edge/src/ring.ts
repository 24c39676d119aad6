/** The last items of many. Adding one costs the same however many there are. */
export interface Ring<Item> {
  add(item: Item): void;
  /** Oldest first. */
  items(): Item[];
  /** Without a copy, and not to be kept: for who needs only the last of them. */
  newestFirst(): Iterable<Item>;
}

export function createRing<Item>(maxItems: number): Ring<Item> {
  const kept: Item[] = [];
  let oldest = 0;
  return {
    add: (item) => {
      if (kept.length < maxItems) {
        kept.push(item);
        return;
      }
      kept[oldest] = item;
      oldest = (oldest + 1) % maxItems;
    },
    items: () => [...kept.slice(oldest), ...kept.slice(0, oldest)],
    newestFirst: function* () {
      for (let index = oldest - 1; index >= 0; index -= 1) yield itemAt(kept, index);
      for (let index = kept.length - 1; index >= oldest; index -= 1) yield itemAt(kept, index);
    },
  };
}

function itemAt<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new RangeError('The ring has no such item.');
  return item;
}
