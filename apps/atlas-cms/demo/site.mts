import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { fitTags, formatCacheTag, readCacheTag } from '@freshtag/core';

import { ask, type Server } from './visitor.mts';

/** A site that is rendered on its server, from what Strapi's content API answers. */
export interface Site {
  readonly url: string;
  /** What it has asked the API for. */
  readonly asked: ReadonlySet<string>;
  /** The next answer for this path is rendered at once, and sent when it is released. */
  readonly holdNext: (path: string) => {
    readonly rendered: Promise<void>;
    readonly release: () => void;
  };
  readonly close: () => Promise<void>;
}

interface Named {
  readonly documentId: string;
  readonly name: string;
}

/** Reads the API; what it reads leaves its tags. */
type Read = <Data>(path: string) => Promise<Data>;

class NotFound extends Error {}

/** @param cms where the content API is */
export async function startSite(cms: Server): Promise<Site> {
  const asked = new Set<string>();
  const holds = new Map<string, { rendered: () => void; released: Promise<void> }>();
  const server = createServer((request, response) => {
    const { url: path = '/' } = request;
    const answer = async (): Promise<void> => {
      const page = await renderPage(cms, path, asked);
      const hold = holds.get(path);
      holds.delete(path);
      hold?.rendered();
      await hold?.released;
      send(response, page);
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    holdNext: (path) => {
      const rendered = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      holds.set(path, { rendered: rendered.resolve, released: released.promise });
      return { rendered: rendered.promise, release: released.resolve };
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Page {
  readonly status: number;
  readonly html: string;
  readonly tags: ReadonlySet<string>;
}

async function renderPage(cms: Server, path: string, asked: Set<string>): Promise<Page> {
  const tags = new Set<string>();
  const read: Read = async (asks) => {
    asked.add(asks);
    const { status, body, cacheTag } = await ask(cms, asks);
    if (status === 404) throw new NotFound();
    if (status !== 200) throw new Error(`the API answered ${status}`);
    for (const tag of readCacheTag(cacheTag)) tags.add(tag);
    return JSON.parse(body).data;
  };
  try {
    const html = await renderRoute(new URL(path, 'http://site').pathname, read);
    return { status: 200, html, tags };
  } catch (error) {
    if (error instanceof NotFound) return { status: 404, html: 'There is no such page.\n', tags };
    throw error;
  }
}

/** Whatever was read for a page, its tags are the page's. */
function send(response: ServerResponse, { status, html, tags }: Page): void {
  const fitted = fitTags(tags);
  const isStorable = status === 200 && fitted.cacheable;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': isStorable ? 'public, max-age=3600' : 'private, no-store',
    ...(isStorable && { 'cache-tag': formatCacheTag(fitted.tags) }),
  });
  response.end(html);
}

async function renderRoute(path: string, read: Read): Promise<string> {
  const [, kind = '', id = ''] = /^\/(?:(\w+)(?:\/(\w+))?)?$/.exec(path) ?? ['', 'other'];
  if (kind === '') return renderFrontPage(read);
  if (kind === 'countries') return id === '' ? renderCountries(read) : renderCountry(read, id);
  if (kind === 'regions' && id !== '') return renderRegion(read, id);
  throw new NotFound();
}

async function renderFrontPage(read: Read): Promise<string> {
  const { title, countries } = await read<{ title: string; countries: readonly Named[] }>(
    '/api/front-page?populate=countries',
  );
  return document(title, list(countries));
}

async function renderCountries(read: Read): Promise<string> {
  return document(
    'Countries',
    list(await read('/api/countries?fields=name&pagination[limit]=300')),
  );
}

/** By its documentId: what is asked for by another field depends on all countries. */
async function renderCountry(read: Read, id: string): Promise<string> {
  const { name, officialName, region, neighbours } = await read<
    Named & { officialName: string; region: Named; neighbours: readonly Named[] }
  >(`/api/countries/${id}?populate[0]=region&populate[1]=neighbours`);
  return document(name, `<p>${officialName}, ${region.name}</p>`, list(neighbours));
}

async function renderRegion(read: Read, id: string): Promise<string> {
  const { name, countries } = await read<Named & { countries: readonly Named[] }>(
    `/api/regions/${id}?populate=countries`,
  );
  return document(name, list(countries));
}

function list(entries: readonly Named[]): string {
  const names = entries.map(({ name }) => name).sort();
  return `<ul>${names.map((name) => `<li>${name}</li>`).join('')}</ul>`;
}

function document(title: string, ...parts: readonly string[]): string {
  return `<!doctype html><title>${title}</title><h1>${title}</h1>${parts.join('')}\n`;
}
