import { digestOf, type ManifestPage } from './manifest.ts';
import { normalizeContent, type NormalizedPage, type Normalizer } from './normalize/normalizer.ts';

/** Parts a digest from the names of the normalisers that took part in it. */
const MARK = '~';

/**
 * Digest of a page's content without noise. If normalisers took any away, it ends in their names and
 * versions: two digests that were made in different ways are never the same, and a page that no normaliser
 * touches has the same one whatever normalisers there are.
 */
export function digestPage(
  content: Buffer,
  page: NormalizedPage,
  normalizers: readonly Normalizer[],
): Pick<ManifestPage, 'digest' | 'bytes'> {
  const bytes = digestOf(content);
  const { content: clean, applied } = normalizeContent(content, page, normalizers);
  if (applied.length === 0) return { digest: bytes };
  return { digest: [digestOf(clean), ...applied].join(MARK), bytes };
}

/** Which normalisers took part in a digest: `['astro-server-islands@1']`. */
export function normalizersOf(digest: string): readonly string[] {
  return digest.split(MARK).slice(1);
}

/** Whether copies with this digest are as good as the page that was built. */
export function isSameContent(held: string, page: Pick<ManifestPage, 'digest' | 'bytes'>): boolean {
  // A digest without names is one of bytes, and all copies that have it have these bytes.
  return held === page.digest || held === page.bytes;
}
