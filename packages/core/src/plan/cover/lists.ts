/** Lists of whole numbers, one behind the other in one array: they take 4 bytes a number, whatever their lengths. */
export interface Lists {
  /** Where each list starts; one entry more than there are lists. */
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

function countLists(lists: Lists): number {
  return lists.starts.length - 1;
}

export function listAt(lists: Lists, index: number): Int32Array {
  return lists.items.subarray(lists.starts[index], lists.starts[index + 1]);
}

export function lengthAt({ starts }: Lists, index: number): number {
  return (starts[index + 1] ?? 0) - (starts[index] ?? 0);
}

/** Makes lists of which nobody knows the lengths beforehand. */
export class ListWriter {
  #items = new Int32Array(1024);
  #length = 0;
  #starts = new Int32Array(1024);
  #count = 0;

  /** Adds to the list that is being written. */
  push(item: number): void {
    if (this.#length === this.#items.length) this.#items = doubled(this.#items);
    this.#items[this.#length] = item;
    this.#length += 1;
  }

  /** Ends that list. */
  end(): void {
    this.#count += 1;
    if (this.#count === this.#starts.length) this.#starts = doubled(this.#starts);
    this.#starts[this.#count] = this.#length;
  }

  finish(): Lists {
    return {
      starts: this.#starts.subarray(0, this.#count + 1),
      items: this.#items.subarray(0, this.#length),
    };
  }
}

function doubled(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

/** For each of so many items the numbers of the lists that it is in, in order. */
export function invert(lists: Lists, count: number): Lists {
  const starts = new Int32Array(count + 1);
  for (const item of lists.items) starts[item + 1] = (starts[item + 1] ?? 0) + 1;
  for (let item = 0; item < count; item += 1) {
    starts[item + 1] = (starts[item + 1] ?? 0) + (starts[item] ?? 0);
  }
  const ends = starts.slice(0, count);
  const items = new Int32Array(lists.items.length);
  for (let list = 0; list < countLists(lists); list += 1) {
    for (const item of listAt(lists, list)) {
      const end = ends[item] ?? 0;
      items[end] = list;
      ends[item] = end + 1;
    }
  }
  return { starts, items };
}

/** Gives equal sets of whole numbers the same number, from 0 on. */
export class SetNumbers {
  /** Ways from one beginning of a set to the next longer one. */
  readonly #steps = new Map<number, number>();
  readonly #numbers = new Map<number, number>();
  readonly #writer = new ListWriter();
  readonly #width: number;
  #nodes = 1;

  /** @param width more than the largest number in any set */
  constructor(width: number) {
    this.#width = width;
  }

  get size(): number {
    return this.#numbers.size;
  }

  /** @param sorted the set, ascending, each number once */
  numberOf(sorted: readonly number[]): number {
    let node = 0;
    for (const item of sorted) {
      const step = node * this.#width + item;
      const next = this.#steps.get(step) ?? this.#nodes;
      if (next === this.#nodes) {
        this.#steps.set(step, next);
        this.#nodes += 1;
      }
      node = next;
    }
    const known = this.#numbers.get(node);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(node, number);
    for (const item of sorted) this.#writer.push(item);
    this.#writer.end();
    return number;
  }

  /** The sets by their numbers. */
  finish(): Lists {
    return this.#writer.finish();
  }
}
