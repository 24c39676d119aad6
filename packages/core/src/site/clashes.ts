import { toPrintable } from '../printable.ts';
import type { ManifestPage } from './manifest.ts';

const MOST_SHOWN = 3;
const ASCII = /^[ -~]*$/;

/**
 * Pages that a server or an edge may take for one another: their paths differ by case alone, or by the
 * way in which Unicode writes the same letters. One sentence for each kind.
 */
export function findNameClashes(pages: readonly Pick<ManifestPage, 'path'>[]): string[] {
  const clashes = clashesOf(pages);
  return [
    ...describe(
      clashes.filter(isByForm),
      'have names that look the same and are written differently in Unicode (NFC and NFD)',
    ),
    ...describe(
      clashes.filter((paths) => !isByForm(paths)),
      'differ by case alone. An origin that does not tell case apart, such as one on Windows or macOS, shows the same for both',
    ),
  ];
}

/** Some of them differ by nothing but the form of Unicode. */
function isByForm(paths: readonly string[]): boolean {
  return new Set(paths.map((path) => path.normalize('NFC'))).size < paths.length;
}

function clashesOf(pages: readonly Pick<ManifestPage, 'path'>[]): string[][] {
  const seen = new Map<string, string>();
  const clashes = new Map<string, string[]>();
  for (const { path } of pages) {
    const key = (ASCII.test(path) ? path : path.normalize('NFC')).toLowerCase();
    const first = seen.get(key);
    if (first === undefined) seen.set(key, path);
    else clashes.set(key, [...(clashes.get(key) ?? [first]), path]);
  }
  return [...clashes.values()];
}

function describe(clashes: readonly (readonly string[])[], what: string): string[] {
  if (clashes.length === 0) return [];
  const shown = clashes
    .slice(0, MOST_SHOWN)
    .map((paths) => paths.map((path) => toPrintable(path, 200)).join(' and '));
  const more = clashes.length > MOST_SHOWN ? `; and ${clashes.length - MOST_SHOWN} more` : '';
  return [`Pages ${what}: ${shown.join('; ')}${more}.`];
}
