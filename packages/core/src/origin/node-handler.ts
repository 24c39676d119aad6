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
    for (const [name, value] of headerPairs(rest.at(-1))) response.setHeader(name, value);
    const headers = lookup(path, status);
    const isOurs = headers['cache-tag'] !== undefined && status !== 404;
    if (isOurs || !response.hasHeader('cache-tag')) {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    }
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
