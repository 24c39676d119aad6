/** What a normaliser is told of the page that it works on. */
export interface NormalizedPage {
  /** URL path with base: `/blog/x/`. */
  readonly path: string;
}

/**
 * Takes noise out of a page: bytes of which it is proven that no visitor gets anything else when they
 * differ. Positional: it knows the generator's own markup around them, and leaves all else alone.
 */
export interface Normalizer {
  /** Lower case, dashes. Permanent. */
  readonly name: string;
  /** Counted up whenever it gives another result for any page. */
  readonly version: string;
  /** Without this text in a page it does nothing; `undefined`: it is asked about each. */
  readonly marker?: Buffer | undefined;
  /** What the page's text is made of: each character a byte, or UTF-8. */
  readonly text: 'bytes' | 'utf8';
  /** Files that it makes part of pages: their old copies must go, though their names have a hash. */
  readonly mutable?: RegExp | undefined;
  readonly normalize: (html: string, page: NormalizedPage) => string;
}

/** Content without noise, and what took it away. */
export interface Normalized {
  readonly content: Buffer;
  /** Those that changed anything, as `name@version`. */
  readonly applied: readonly string[];
}

/** Applies normalisers one after the other. */
export function normalizeContent(
  content: Buffer,
  page: NormalizedPage,
  normalizers: readonly Normalizer[],
): Normalized {
  let current = content;
  const applied: string[] = [];
  for (const normalizer of normalizers) {
    if (normalizer.marker !== undefined && !current.includes(normalizer.marker)) continue;
    const next = applyOne(current, page, normalizer);
    if (next === undefined) continue;
    current = next;
    applied.push(`${normalizer.name}@${normalizer.version}`);
  }
  return { content: current, applied };
}

/** `undefined` if it changed nothing. Text that is not UTF-8 has no characters to show, and stays. */
function applyOne(
  content: Buffer,
  page: NormalizedPage,
  { text, normalize }: Normalizer,
): Buffer | undefined {
  const encoding = text === 'bytes' ? 'latin1' : 'utf8';
  const before = content.toString(encoding);
  if (text === 'utf8' && !Buffer.from(before, 'utf8').equals(content)) return undefined;
  const after = normalize(before, page);
  return after === before ? undefined : Buffer.from(after, encoding);
}
