/**
 * What was seen of a page, worst first.
 * - `stale`: the edge answers something else than the origin, which answers the same before and after.
 * - `error`: one of them did not answer, or refused to.
 * - `unstable`: the origin answers something else each time, so there is nothing to compare with.
 * - `too-large`: alike as far as it was read, and longer.
 * - `missing-tags`: the same content, stored without tags that the origin sends with it, so that a
 *   refresh of them would not reach it.
 * - `not-cached`: the same content, and not from a stored copy.
 * - `fresh`: the same content.
 */
const OUTCOMES = [
  'stale',
  'error',
  'unstable',
  'too-large',
  'missing-tags',
  'not-cached',
  'fresh',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** What an outcome means for visitors: do they get what the origin has? */
export type Verdict = 'fresh' | 'stale' | 'unknown';

const VERDICTS: Readonly<Record<Outcome, Verdict>> = {
  stale: 'stale',
  error: 'unknown',
  unstable: 'unknown',
  'too-large': 'unknown',
  'missing-tags': 'fresh',
  'not-cached': 'fresh',
  fresh: 'fresh',
};

/** `missing-tags` is fresh to visitors; where tags are required, it counts as stale. */
export function verdictOf(outcome: Outcome, requireTags: boolean): Verdict {
  return outcome === 'missing-tags' && requireTags ? 'stale' : VERDICTS[outcome];
}

/** What says that an edge's answer is not the origin's. The first three are what visitors see. */
export type Difference =
  | 'status'
  | 'location'
  | 'body'
  | 'tags'
  | 'content-type'
  | 'etag'
  | 'last-modified';

/** An answer, as far as it is told: printable, and no content. */
export interface SeenAnswer {
  readonly status: number;
  /** Length of the decoded body; `null` if only the head was asked for. */
  readonly bytes: number | null;
  /** Digest of the decoded (and normalised) body, as in manifests; `null` if it was not read to its end. */
  readonly digest: string | null;
  /** Those headers that say where the answer comes from and how old it is, by their names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One page at one address of the edge, in one encoding. */
export interface Sighting {
  /** Name of the address. */
  readonly edge: string;
  /** `Accept-Encoding` of the question. */
  readonly encoding: string;
  /** When the edge had answered, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  /** Why, for people; printable. */
  readonly reason: string;
  readonly differs: readonly Difference[];
  /** Missing where nothing came. */
  readonly atEdge?: SeenAnswer;
  readonly atOrigin?: SeenAnswer;
}

/** One page, by the worst of its sightings. */
export interface PageVerdict {
  /** As it was asked for: percent-encoded, with its query. */
  readonly path: string;
  readonly verdict: Verdict;
  readonly outcome: Outcome;
  /** Why, for people; printable. */
  readonly reason: string;
  readonly sightings: readonly Sighting[];
}

/** The verdict on a page from its sightings, of which there is at least one. */
export function judgePage(path: string, sightings: readonly Sighting[]): PageVerdict {
  const [worst] = sightings.toSorted(
    (a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome),
  );
  if (worst === undefined) throw new TypeError('a page without sightings has no verdict');
  const where = placeOf(worst, sightings);
  const { verdict, outcome } = worst;
  return { path, verdict, outcome, reason: `${where}${worst.reason}`, sightings };
}

function placeOf(worst: Sighting, all: readonly Sighting[]): string {
  const isElsewhere = (other: Sighting): boolean => other.edge !== worst.edge;
  const inAnother = (other: Sighting): boolean => other.encoding !== worst.encoding;
  const place = [
    ...(all.some(isElsewhere) ? [worst.edge] : []),
    ...(all.some(inAnother) ? [worst.encoding] : []),
  ];
  return place.length === 0 ? '' : `${place.join(', ')}: `;
}
