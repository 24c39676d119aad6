import type { Readable } from 'node:stream';

import type { CacheLayer } from '../cache/cache-layer.ts';
import type { Answer, EdgeRequest } from '../cache/exchange.ts';
import { headerOf } from '../http/header-list.ts';
import type { Origins } from './origin.ts';

export interface NetworkOptions {
  readonly points: readonly CacheLayer[];
  readonly layers: readonly CacheLayer[];
  readonly origins: Origins;
  /** Whether a POST, PUT or DELETE that went well removes the stored responses of its URL. */
  readonly invalidates: boolean;
}

/** How a request finds its way through the caches to the origin. */
export interface Network {
  /** The point of presence of that name; without a name, the first. */
  find(name: string | undefined): CacheLayer | undefined;
  /**
   * Past all caches: requests of which nothing can be stored.
   *
   * @throws OriginError
   */
  bypass(request: EdgeRequest, body: Readable | undefined): Promise<Answer>;
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export function createNetwork({ points, layers, origins, invalidates }: NetworkOptions): Network {
  return {
    find: (name) => (name === undefined ? points[0] : points.find((point) => point.name === name)),
    bypass: async (request, body) => {
      const answer = await origins.pass(request, body);
      if (invalidates && !SAFE.has(request.method) && answer.status < 400) {
        const paths = changedPaths(request, answer);
        for (const layer of layers)
          for (const path of paths) layer.removePath(request.domain, path);
      }
      return { ...answer, steps: [{ cache: 'freshtag-edge', outcome: 'bypass' }] };
    },
  };
}

/** The URL that was asked, and those on the same domain that the answer names. */
function changedPaths({ domain, path }: EdgeRequest, { headers }: Answer): readonly string[] {
  const named = ['location', 'content-location'].flatMap((name) => {
    const reference = headerOf(headers, name);
    const url = reference === undefined ? null : URL.parse(reference, `http://${domain}${path}`);
    return url === null || url.hostname !== domain ? [] : [url.pathname + url.search];
  });
  return [...new Set([path, ...named])];
}
