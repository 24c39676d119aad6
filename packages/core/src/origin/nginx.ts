import type { Manifest, ManifestPage } from '../site/manifest.ts';
import { formatCacheTag } from '../tags/header.ts';
import { NOT_FOUND_TAG } from '../tags/names.ts';
import {
  CACHE_CONTROL_IMMUTABLE,
  CACHE_CONTROL_TAGGED,
  CACHE_CONTROL_UNTAGGED,
} from './headers.ts';

/**
 * Configuration for nginx, to `include` at the level of `http`. In the `server` that serves the
 * files, without `add_header` in an inner block (which would cancel these):
 *
 * ```nginx
 * add_header Cache-Tag $freshtag_cache_tag always;
 * add_header Cache-Control $freshtag_cache_control always;
 * ```
 *
 * Keys are `$uri` as it is after the index was found: the path of the file.
 */
export function nginxConfig(manifest: Manifest): string {
  const key = createKeyWriter(manifest.pages);
  const tagLines = manifest.pages
    .filter((page) => page.tags.length > 0)
    .map((page) => `  ${key(page)} ${quote(formatCacheTag(page.tags))};`);
  const immutableLines = manifest.pages
    .filter((page) => page.immutable)
    .map((page) => `  ${key(page)} "${CACHE_CONTROL_IMMUTABLE}";`);
  return `# Written by freshtag for one build. Replace it with each deploy and reload nginx.
geo $freshtag_dollar { default "$"; }
map_hash_max_size 262144;
map_hash_bucket_size 512;
map $uri $freshtag_tags {
  default "";
${tagLines.join('\n')}
}
map "$status:$freshtag_tags" $freshtag_cache_tag {
  default $freshtag_tags;
  "404:" "${NOT_FOUND_TAG}";
  ~^404: "${NOT_FOUND_TAG},$freshtag_tags";
  ~^[45] "";
}
map $uri $freshtag_tagged_cache_control {
  default "${CACHE_CONTROL_TAGGED}";
${immutableLines.join('\n')}
}
map $freshtag_cache_tag $freshtag_cache_control {
  default $freshtag_tagged_cache_control;
  "" "${CACHE_CONTROL_UNTAGGED}";
}
`;
}

function createKeyWriter(pages: readonly ManifestPage[]): (page: ManifestPage) => string {
  const spellings = new Map<string, number>();
  for (const { path } of pages)
    spellings.set(path.toLowerCase(), (spellings.get(path.toLowerCase()) ?? 0) + 1);
  return ({ path }) => {
    const file = path.endsWith('/') ? `${path}index.html` : path;
    // nginx compares plain keys without regard to case and refuses two that differ by it alone.
    const ambiguous = (spellings.get(path.toLowerCase()) ?? 0) > 1;
    return ambiguous
      ? `"~^${escapeQuotes(file.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))}$"`
      : `"${escapeQuotes(file)}"`;
  };
}

/** nginx knows no escape for `$` in a value, so it goes in as a variable. */
function quote(value: string): string {
  return `"${escapeQuotes(value).replaceAll('$', () => '${freshtag_dollar}')}"`;
}

function escapeQuotes(text: string): string {
  return text.replace(/["\\]/g, String.raw`\$&`);
}
