import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { DOMAIN } from './edge-options.ts';
import { startListening } from './listening.ts';
import type { Page } from './script.ts';

const EPOCH_MS = Date.UTC(2026, 0, 1);

/** An origin whose pages change when they are told to. */
export interface ScriptedOrigin {
  readonly url: string;
  /** Requests that have reached it. */
  readonly asked: () => number;
  /** Puts pages at the paths below the prefix, in the place of all others. */
  readonly show: (prefix: string, pages: readonly Page[]) => void;
  readonly change: (domain: string, path: string) => void;
  /** Keeps answers back until it is called again with `false`. */
  readonly hold: (held: boolean) => void;
  /** Resolves when it has been asked that often. */
  readonly untilAsked: (times: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Shown {
  readonly page: Page;
  version: number;
}

export async function startScriptedOrigin(): Promise<ScriptedOrigin> {
  const shown = new Map<string, Shown>();
  const waiting: (() => void)[] = [];
  const watchers = new Set<() => void>();
  let asked = 0;
  let isHeld = false;
  const server = createServer((request, response) => {
    asked += 1;
    const found = shown.get(keyOf(request));
    const answer = (): void => reply(request, response, found);
    if (isHeld) waiting.push(answer);
    else answer();
    for (const watcher of watchers) watcher();
  });
  const { url, stop } = await startListening(server);
  return {
    url,
    stop,
    asked: () => asked,
    show: (prefix, pages) => {
      shown.clear();
      for (const page of pages)
        shown.set((page.domain ?? DOMAIN) + prefix + page.path, { page, version: 1 });
    },
    change: (domain, path) => {
      const found = shown.get(domain + path);
      if (found !== undefined) found.version += 1;
    },
    hold: (held) => {
      isHeld = held;
      if (!held) for (const answer of waiting.splice(0)) answer();
    },
    untilAsked: (times) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (asked < times) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}

function keyOf({ headers, url = '' }: IncomingMessage): string {
  return (headers.host ?? '').replace(/:\d+$/, '') + url.replace(/\?.*$/, '');
}

function reply(request: IncomingMessage, response: ServerResponse, found?: Shown): void {
  if (found === undefined) {
    response.writeHead(404, { 'cache-control': 'no-store' }).end('no page');
    return;
  }
  const { page, version } = found;
  const headers = headersOf(page, version);
  const status = page.status ?? 200;
  const isKnown = status === 200 && isUnchanged(request, headers);
  const variant = page.vary === undefined ? '' : ` ${String(request.headers[page.vary] ?? 'any')}`;
  const filling = '.'.repeat(page.fillingBytes ?? 0);
  const body = `${page.path} version ${version}${variant}${filling}`;
  const length = isKnown ? {} : { 'content-length': body.length };
  response.writeHead(isKnown ? 304 : status, { ...headers, ...length });
  response.end(isKnown || request.method === 'HEAD' ? undefined : body);
}

function headersOf(page: Page, version: number): Record<string, string | string[]> {
  const { cacheControl, tags, lastModified, etag, vary, headers } = page;
  const modified = EPOCH_MS + (lastModified === 'moves' ? version * 60_000 : 0);
  return {
    ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
    ...(tags === undefined ? {} : { 'cache-tag': [...tags] }),
    ...(lastModified === undefined ? {} : { 'last-modified': new Date(modified).toUTCString() }),
    ...(etag === undefined ? {} : { etag: `"v${etag === 'moves' ? version : 0}"` }),
    ...(vary === undefined ? {} : { vary }),
    ...headers,
  };
}

function isUnchanged(
  { headers }: IncomingMessage,
  { etag, 'last-modified': modified }: Record<string, string | string[]>,
): boolean {
  const etags = headers['if-none-match'];
  if (etags !== undefined) return etag !== undefined && etags === etag;
  const since = headers['if-modified-since'];
  if (since === undefined || modified === undefined) return false;
  return Date.parse(String(modified)) <= Date.parse(since);
}
