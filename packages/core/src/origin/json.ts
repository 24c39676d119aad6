import type { Manifest } from '../site/manifest.ts';
import { CACHE_CONTROL_UNTAGGED, createHeaderLookup, type OriginHeaders } from './headers.ts';
import { urlPathsOf } from './url-paths.ts';

/** What a server of any kind must send, by decoded URL path. */
interface HeaderTable {
  readonly version: 1;
  /** Of an answer that is well. */
  readonly paths: Readonly<Record<string, OriginHeaders>>;
  /** Of every 404. */
  readonly notFound: OriginHeaders;
  /** Of everything else: other paths, other statuses. */
  readonly otherwise: OriginHeaders;
}

/** All headers as data, for servers that freshtag writes no configuration for. */
export function jsonHeaders(manifest: Manifest): string {
  const lookup = createHeaderLookup(manifest);
  const entries = manifest.pages.flatMap((page) =>
    page.tags.length === 0
      ? []
      : urlPathsOf(page).map((path) => [path, lookup(encodeURI(page.path), 200)] as const),
  );
  const table: HeaderTable = {
    version: 1,
    paths: Object.fromEntries(entries),
    notFound: lookup('/404', 404),
    otherwise: { 'cache-control': CACHE_CONTROL_UNTAGGED },
  };
  return `${JSON.stringify(table, null, 1)}\n`;
}
