import type { Manifest, ManifestPage } from '../site/manifest.ts';
import { formatCacheTag } from '../tags/header.ts';
import { NOT_FOUND_TAG } from '../tags/names.ts';
import {
  CACHE_CONTROL_IMMUTABLE,
  CACHE_CONTROL_NOT_FOUND,
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
  const files = manifest.pages.map((page) => ({ page, key: fileOf(page) }));
  const writeKey = createKeyWriter(files.map(({ key }) => key));
  const tagLines = files.flatMap(({ page, key }) => {
    const value = quote(formatCacheTag(page.tags));
    const isKnown = page.tags.length > 0 && fits(value) && fits(writeKey(key));
    return isKnown ? [`  ${writeKey(key)} ${value};`] : [];
  });
  const immutableLines = files
    .filter(({ page, key }) => page.immutable && fits(writeKey(key)))
    .map(({ key }) => `  ${writeKey(key)} "${CACHE_CONTROL_IMMUTABLE}";`);
  return `# Written by freshtag for one build. Replace it with each deploy and reload nginx.
geo $freshtag_dollar { default "$"; }
map_hash_max_size ${hashSize(files.length)};
map_hash_bucket_size ${bucketSize(files.map(({ key }) => key))};
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
map "$status:$freshtag_cache_tag" $freshtag_cache_control {
  default $freshtag_tagged_cache_control;
  ~^404: "${CACHE_CONTROL_NOT_FOUND}";
  ~:$ "${CACHE_CONTROL_UNTAGGED}";
}
`;
}

/** nginx reads its configuration in pieces of 4,096 bytes, and refuses a string that fills one. */
const MAX_STRING_BYTES = 4090;

/** A page whose path or tags take more has no line, and so is not cacheable. */
function fits(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_STRING_BYTES;
}

/** More buckets than entries, or nginx warns at each start that it found no good table. */
function hashSize(entries: number): number {
  return Math.max(262_144, 2 ** Math.ceil(Math.log2(2 * Math.max(1, entries))));
}

function fileOf({ path }: ManifestPage): string {
  return path.endsWith('/') ? `${path}index.html` : path;
}

/** nginx wants every key to fit into one bucket, with some bytes of its own beside it. */
function bucketSize(keys: readonly string[]): number {
  const longest = keys.reduce((most, key) => Math.max(most, Buffer.byteLength(key)), 0);
  return Math.max(128, 2 ** Math.ceil(Math.log2(longest + 64)));
}

function createKeyWriter(keys: readonly string[]): (key: string) => string {
  const spellings = new Map<string, number>();
  for (const key of keys) {
    spellings.set(key.toLowerCase(), (spellings.get(key.toLowerCase()) ?? 0) + 1);
  }
  return (key) => {
    // nginx compares plain keys without regard to case and refuses two that differ by it alone.
    const ambiguous = (spellings.get(key.toLowerCase()) ?? 0) > 1;
    if (!ambiguous) return `"${escapeQuotes(key)}"`;
    return `"~^${escapeQuotes(key.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))}$"`;
  };
}

/** nginx knows no escape for `$` in a value, so it goes in as a variable. */
function quote(value: string): string {
  return `"${escapeQuotes(value).replaceAll('$', () => '${freshtag_dollar}')}"`;
}

function escapeQuotes(text: string): string {
  return text.replace(/["\\]/g, String.raw`\$&`);
}
