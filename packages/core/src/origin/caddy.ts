import type { Manifest } from '../site/manifest.ts';
import { formatCacheTag } from '../tags/header.ts';
import {
  CACHE_CONTROL_IMMUTABLE,
  CACHE_CONTROL_NOT_FOUND,
  CACHE_CONTROL_TAGGED,
  CACHE_CONTROL_UNTAGGED,
  notFoundTags,
} from './headers.ts';
import { urlPathsOf } from './url-paths.ts';

/**
 * Snippets for a Caddyfile, to `import` outside of all sites. In the site that serves the files:
 *
 * ```caddyfile
 * import freshtag
 * file_server
 * handle_errors {
 *   import freshtag_errors
 *   rewrite * /{err.status_code}.html
 *   file_server
 * }
 * ```
 */
export function caddyConfig(manifest: Manifest): string {
  const lines = manifest.pages.flatMap((page) => {
    const tags = quoteValue(formatCacheTag(page.tags));
    if (page.tags.length === 0 || tags === undefined) return [];
    const control = page.immutable ? CACHE_CONTROL_IMMUTABLE : CACHE_CONTROL_TAGGED;
    return urlPathsOf(page).flatMap((path) => {
      const key = quote(path);
      return key === undefined ? [] : [`\t\t${key} ${tags} "${control}"`];
    });
  });
  return `# Written by freshtag for one build. Replace it with each deploy and reload Caddy.
(freshtag) {
	map {path} {freshtag_tags} {freshtag_cache_control} {
${lines.join('\n')}
		default "" "${CACHE_CONTROL_UNTAGGED}"
	}
	@freshtag_tagged expression \`{freshtag_tags} != ""\`
	header @freshtag_tagged Cache-Tag {freshtag_tags}
	header Cache-Control {freshtag_cache_control}
}
(freshtag_errors) {
	@freshtag_other expression {err.status_code} != 404
	header @freshtag_other {
		-Cache-Tag
		Cache-Control "${CACHE_CONTROL_UNTAGGED}"
	}
	@freshtag_404 expression {err.status_code} == 404
	header @freshtag_404 {
${notFoundLines(manifest)
  .map((line) => `\t\t${line}`)
  .join('\n')}
	}
}
`;
}

/** Caddy cannot tell which 404 page it shows, so each answer goes with all of them. */
function notFoundLines({ pages }: Manifest): readonly string[] {
  const { tags, cacheable } = notFoundTags(pages.filter(({ path }) => path.endsWith('/404.html')));
  const value = quoteValue(formatCacheTag(tags));
  return cacheable && value !== undefined
    ? [`Cache-Tag ${value}`, `Cache-Control "${CACHE_CONTROL_NOT_FOUND}"`]
    : ['-Cache-Tag', `Cache-Control "${CACHE_CONTROL_UNTAGGED}"`];
}

/** Placeholders in a value are filled in twice on its way, so nothing that looks like one may be in it. */
function quoteValue(value: string): string | undefined {
  return /[{}]/.test(value) ? undefined : quote(value);
}

/**
 * Between backticks everything is as it is; where the text has one, quotes do as well, unless it has
 * what they would change. `{$` begins an environment variable everywhere. What cannot be written has no
 * line, and so is not cacheable.
 */
function quote(text: string): string | undefined {
  if (text.includes('{$')) return undefined;
  if (!text.includes('`')) return `\`${text}\``;
  return /["\\]/.test(text) ? undefined : `"${text}"`;
}
