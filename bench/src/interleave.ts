/** One of those that are measured side by side. */
export interface Contestant<Sample> {
  readonly measure: () => Promise<Sample>;
  readonly samples: Sample[];
}

export function contestant<Sample>(measure: () => Promise<Sample>): Contestant<Sample> {
  return { measure, samples: [] };
}

/**
 * Measures A B A B … into the samples of each: whatever else the machine does meets all of them. A
 * first round that is not counted fills the caches of the disk.
 */
export async function interleave<Sample>(
  contestants: readonly Contestant<Sample>[],
  runs: number,
): Promise<void> {
  for (let round = 0; round <= runs; round += 1) {
    for (const { measure, samples } of contestants) {
      const sample = await measure();
      if (round > 0) samples.push(sample);
    }
  }
}

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
