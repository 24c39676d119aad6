/** The middle of many resamplings of a ratio of medians, and where 95 of 100 lie. */
export interface RatioInterval {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLINGS = 2000;

/**
 * The ratio of two medians that were measured in pairs, by the bootstrap over pairs: what the machine did
 * besides met both of a pair.
 */
export function ratioOfPairs(
  pairs: readonly (readonly [ours: number, theirs: number])[],
): RatioInterval {
  const random = mulberry(1);
  const ratios = Array.from({ length: RESAMPLINGS }, () => {
    const drawn = pairs.map(() => pairs[Math.floor(random() * pairs.length)] ?? ([0, 0] as const));
    return ratioOf(drawn);
  }).sort((a, b) => a - b);
  return { ratio: ratioOf(pairs), low: at(ratios, 0.025), high: at(ratios, 0.975) };
}

function ratioOf(pairs: readonly (readonly [number, number])[]): number {
  return medianOf(pairs.map(([ours]) => ours)) / medianOf(pairs.map(([, theirs]) => theirs));
}

function medianOf(values: readonly number[]): number {
  return at(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}

/** The same draws each time. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
