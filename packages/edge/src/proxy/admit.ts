import type { IncomingMessage } from 'node:http';

import type { CacheLayer } from '../cache/cache-layer.ts';
import type { Site } from '../sites.ts';
import type { Network } from './network.ts';
import { isLoop, POINT_HEADER } from './origin-headers.ts';

export interface AdmissionOptions {
  /** At least one. */
  readonly sites: readonly Site[];
  /** Address that the server listens on. */
  readonly host: string;
  readonly network: Network;
}

export interface Admitted {
  readonly site: Site;
  readonly point: CacheLayer;
}

export interface Refused {
  readonly status: number;
  readonly text: string;
}

/** The domain and the point of presence that serve a request, or why it is refused. Never an open proxy. */
export function admit(
  { url, headers, rawHeaders }: IncomingMessage,
  { sites, host, network }: AdmissionOptions,
): Admitted | Refused {
  if (url?.startsWith('/') !== true) {
    return { status: 400, text: 'Ask for a path, like GET /: this is not a forward proxy.' };
  }
  if (rawHeaders.filter((text, index) => index % 2 === 0 && /^host$/i.test(text)).length > 1)
    return { status: 400, text: 'Send one Host, not several.' };
  const asked = hostName(headers.host ?? '');
  const site = sites.find(({ domain }) => domain === asked || `${domain}.localhost` === asked);
  const isOwn = [host, 'localhost', '127.0.0.1', '::1'].includes(asked);
  const served = site ?? (isOwn ? sites[0] : undefined);
  if (served === undefined) {
    const names = sites.map(({ domain }) => domain).join(', ');
    return {
      status: 421,
      text: `This edge serves ${names} only. Send that as Host, or ask for the edge's own address.`,
    };
  }
  if (isLoop(headers)) {
    return {
      status: 508,
      text: 'The request has passed this edge before. Set its origin to the server behind it.',
    };
  }
  const point = network.find(headers[POINT_HEADER]?.toString());
  return point === undefined
    ? { status: 400, text: `There is no point of presence of the name in ${POINT_HEADER}.` }
    : { site: served, point };
}

/** Without the port, and an IPv6 address without its brackets. */
function hostName(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}
