/** Numbers from 0 to 1, the same for each seed (mulberry32). */
export interface Random {
  readonly next: () => number;
  /** A whole number below the limit. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(items: readonly T[]) => T | undefined;
  /** Some of them, at most so many. */
  readonly some: <T>(items: readonly T[], most: number) => T[];
  readonly chance: (probability: number) => boolean;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick: Random['pick'] = (items) => items[below(items.length)];
  return {
    next,
    below,
    pick,
    some: (items, most) => {
      const count = below(most + 1);
      return items.filter(() => next() < count / Math.max(items.length, 1)).slice(0, most);
    },
    chance: (probability) => next() < probability,
  };
}
