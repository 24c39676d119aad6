import { runNode, script } from '../child.ts';
import { goal, type Measured } from '../goal.ts';
import { summarize } from '../interleave.ts';
import { parseFields } from '../json.ts';
import { createContent } from './content.ts';
import { percentile } from './statistics.ts';

const ALLOWED_MS = 2;
const OPEN_ONES = 50;

/** What appending three tags adds to a transaction of PostgreSQL. */
export async function measureAppend(pairs: number): Promise<Measured<unknown>> {
  const { place, drop } = await createContent();
  try {
    const argument = JSON.stringify({ place, pairs, seconds: OPEN_ONES });
    const { stdout } = await runNode([script('relay-append.mjs'), argument]);
    const told = parseFields(stdout);
    const [without, withTags, second] = [told['without'], told['with'], told['second']].map(times);
    if (without === undefined || withTags === undefined || second === undefined)
      throw new TypeError('times were expected');
    const added = withTags.median - without.median;
    const goals = [
      goal({
        name: 'append of 3 tags: added (median)',
        unit: 'ms',
        ours: added,
        theirs: ALLOWED_MS,
        limit: { is: 'at most', ratio: 1 },
      }),
      goal({
        name: '  whole transaction (95 %)',
        unit: 'ms',
        ours: withTags.p95,
        theirs: without.p95,
      }),
      goal({
        name: '  beside an open one (median)',
        unit: 'ms',
        ours: second.median,
        theirs: withTags.median,
      }),
      goal({
        name: '  beside an open one (longest)',
        unit: 'ms',
        ours: second.max,
        theirs: withTags.max,
      }),
    ];
    return { values: { pairs, without, with: withTags, second, addedMs: added }, goals };
  } finally {
    await drop();
  }
}

function times(values: unknown): ReturnType<typeof summarize> & { readonly p95: number } {
  if (!Array.isArray(values)) throw new TypeError('a list of times was expected');
  const numbers = values.map(Number);
  return { ...summarize(numbers), p95: percentile(numbers, 95) };
}
