import type { Manifest } from '../site/manifest.ts';
import { formatCacheTag } from '../tags/header.ts';
import { CACHE_CONTROL_IMMUTABLE, CACHE_CONTROL_TAGGED } from './headers.ts';
import { urlPathsOf } from './url-paths.ts';

/**
 * A `_headers` file, as Netlify and others read it: it goes into the folder that is published. There is
 * no rule for what has no tags: rules that overlap would be joined, and Netlify's own header for it is
 * `public, max-age=0, must-revalidate`, which no edge serves unasked.
 */
export function netlifyHeaders(manifest: Manifest): string {
  const rules = manifest.pages.flatMap((page) => {
    if (page.tags.length === 0) return [];
    const control = page.immutable ? CACHE_CONTROL_IMMUTABLE : CACHE_CONTROL_TAGGED;
    return urlPathsOf(page)
      .map(encodePath)
      .filter((path) => !isPattern(path))
      .map(
        (path) =>
          `${path}\n  Cache-Tag: ${formatCacheTag(page.tags)}\n  Cache-Control: ${control}\n`,
      );
  });
  return `# Written by freshtag for one build.\n${rules.join('')}`;
}

function encodePath(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
}

/** A star or a name after a colon would stand for other paths too. */
function isPattern(path: string): boolean {
  return /\*|\/:/.test(path);
}
