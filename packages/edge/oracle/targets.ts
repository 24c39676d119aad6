import { FROM_SOURCE, here, startNode, type Running } from './child.ts';
import type { Wanted } from './edge-options.ts';
import { startUndiciReference } from './reference-undici.ts';
import { backend, startVarnish } from './varnish.ts';

/** Starts a cache in front of an origin. */
export type StartTarget = (origin: string) => Promise<Running>;

// Out of the box Varnish serves what is stale for 10 s, drops it then, and keeps what names no lifetime
// for 2 minutes: as a cache that asks its origin again it does better in the suite.
const KEEPING = `sub vcl_backend_response {
  set beresp.grace = 0s;
  set beresp.keep = 1h;
  if (!beresp.http.Cache-Control && !beresp.http.Expires) { set beresp.ttl = 0s; }
}`;

/** What the suite can be run against. */
export const TARGETS: Readonly<Record<string, StartTarget>> = {
  edge: (origin) => startEdgeProcess(origin),
  'edge-invalidates': (origin) => startEdgeProcess(origin, { invalidates: true }),
  undici: startUndiciReference,
  varnish: (origin) => startVarnish(backend(origin, KEEPING)),
  none: (origin) => Promise.resolve({ url: origin, stop: () => Promise.resolve() }),
};

/** The edge with both its layers, in a process of its own so that the suite does not slow it. */
export async function startEdgeProcess(
  origin: string,
  options: Omit<Wanted, 'origin' | 'secondLayer'> = {},
): Promise<Running> {
  const wanted: Wanted = { ...options, origin, secondLayer: true };
  const args = [FROM_SOURCE, here('edge-process.ts'), JSON.stringify(wanted)];
  const { line, stop } = await startNode(args);
  return { url: new URL(String(JSON.parse(line).url)).origin, stop };
}
