import { readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http';

import { isRecord } from '../json.ts';
import { parseManifest, type Manifest } from '../site/manifest.ts';
import { createHeaderLookup } from './headers.ts';

type Lookup = ReturnType<typeof createHeaderLookup>;

/**
 * A Connect-style handler (Express, Polka, Vite, plain `node:http`) to put before the one that
 * serves the built files: it sets `Cache-Tag` and `Cache-Control` when the status of an answer is
 * known. An answer that brings tags of its own, and is no built page, is left as it is.
 *
 * @param manifest a manifest, or the file of one: it is read again when a deploy replaces it. While
 *   the file cannot be read, the last one that could holds; before any, nothing is cacheable.
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
  let lookup = createHeaderLookup({ version: 1, pages: [] });
  let read = '';
  return () => {
    try {
      const { mtimeMs, size, ino } = statSync(file);
      const seen = `${mtimeMs} ${size} ${ino}`;
      if (seen === read) return lookup;
      lookup = createHeaderLookup(parseManifest(readFileSync(file, 'utf8'), file));
      read = seen;
    } catch {
      // A deploy may be writing it just now. The origin must go on serving.
    }
    return lookup;
  };
}

/** `writeHead` is what every way of answering ends in, and may bring headers of its own. */
function setHeadersAtTheEnd(response: ServerResponse, lookup: Lookup, path: string): void {
  const writeHead = response.writeHead.bind(response);
  response.writeHead = (status: number, ...rest: readonly unknown[]): ServerResponse => {
    const reason = rest.find((argument) => typeof argument === 'string');
    setAll(response, rest.at(-1));
    const headers = lookup(path, status);
    const isOurs = headers['cache-tag'] !== undefined && status !== 404;
    if (isOurs || !response.hasHeader('cache-tag')) {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    }
    return reason === undefined ? writeHead(status) : writeHead(status, reason);
  };
}

/** Names may come several times in a list, as `Set-Cookie` does; they replace what was set before. */
function setAll(response: ServerResponse, headers: unknown): void {
  if (Array.isArray(headers)) {
    const pairs = pairsOf(headers);
    for (const [name] of pairs) response.removeHeader(name);
    for (const [name, value] of pairs) response.appendHeader(name, value);
  } else if (isRecord(headers)) {
    for (const [name, value] of Object.entries(headers))
      if (isHeader(value)) response.setHeader(name, value);
  }
}

function pairsOf(list: readonly unknown[]): (readonly [string, string | string[]])[] {
  return list.flatMap((value, index) => {
    if (index % 2 === 0 || !isHeader(value)) return [];
    return [[String(list[index - 1]), Array.isArray(value) ? value : String(value)] as const];
  });
}

function isHeader(value: unknown): value is OutgoingHttpHeader {
  return typeof value === 'string' || typeof value === 'number' || Array.isArray(value);
}
