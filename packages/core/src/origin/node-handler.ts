import { readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http';

import { isRecord } from '../json.ts';
import { parseManifest, type Manifest } from '../site/manifest.ts';
import { createHeaderLookup } from './headers.ts';

type Lookup = ReturnType<typeof createHeaderLookup>;

/**
 * A Connect-style handler (Express, Polka, Vite, plain `node:http`) to put before the one that
 * serves the built files: it sets `Cache-Tag` and `Cache-Control` on every answer when its status
 * is known.
 *
 * @param manifest a manifest, or the file of one: it is read again when a deploy replaces it
 * @throws FreshtagError `FILE_UNUSABLE` at the first request, if the file is damaged
 */
export function createTagHandler(
  manifest: Manifest | string,
): (request: IncomingMessage, response: ServerResponse, next?: () => void) => void {
  const lookup =
    typeof manifest === 'string' ? lookupInFile(manifest) : always(createHeaderLookup(manifest));
  return (request, response, next) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    setHeadersAtTheEnd(response, lookup(), path);
    next?.();
  };
}

function always<T>(value: T): () => T {
  return () => value;
}

function lookupInFile(file: string): () => Lookup {
  let readAtMs = Number.NaN;
  let lookup: Lookup;
  return () => {
    const { mtimeMs } = statSync(file);
    if (mtimeMs !== readAtMs) {
      lookup = createHeaderLookup(parseManifest(readFileSync(file, 'utf8'), file));
      readAtMs = mtimeMs;
    }
    return lookup;
  };
}

/** `writeHead` is what every way of answering ends in, and may bring headers of its own. */
function setHeadersAtTheEnd(response: ServerResponse, lookup: Lookup, path: string): void {
  const writeHead = response.writeHead.bind(response);
  response.writeHead = (status: number, ...rest: readonly unknown[]): ServerResponse => {
    const reason = rest.find((argument) => typeof argument === 'string');
    for (const [name, value] of headerPairs(rest.at(-1))) response.setHeader(name, value);
    response.removeHeader('cache-tag');
    for (const [name, value] of Object.entries(lookup(path, status)))
      response.setHeader(name, value);
    return reason === undefined ? writeHead(status) : writeHead(status, reason);
  };
}

function headerPairs(headers: unknown): readonly (readonly [string, OutgoingHttpHeader])[] {
  if (Array.isArray(headers)) {
    return headers.flatMap((value, index) =>
      index % 2 === 1 && isHeader(value) ? [[String(headers[index - 1]), value] as const] : [],
    );
  }
  if (!isRecord(headers)) return [];
  return Object.entries(headers).flatMap(([name, value]) =>
    isHeader(value) ? [[name, value] as const] : [],
  );
}

function isHeader(value: unknown): value is OutgoingHttpHeader {
  return typeof value === 'string' || typeof value === 'number' || Array.isArray(value);
}
