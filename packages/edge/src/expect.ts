import type { AssertionError } from 'node:assert';

import type { Edge } from './start-edge.ts';

/** What an assertion asks for. */
export interface Visit {
  /** Point of presence. Default: the first; for {@link expectFresh}: each. */
  readonly point?: string;
  /** Default: the edge's first domain. */
  readonly domain?: string;
  /** Request headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What was seen, for assertions of your own. */
export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Whether the point of presence answered without asking behind. */
  readonly hit: boolean;
}

type Watched = Pick<Edge, 'url' | 'domains' | 'points' | 'origins'>;

/**
 * Visits a path, and fails unless the point of presence answers from its own cache. Works in any test
 * runner: it throws.
 *
 * @throws AssertionError saying what came instead
 */
export async function expectHit(edge: Watched, path: string, visit: Visit = {}): Promise<Seen> {
  const seen = await look(edge, path, visit);
  if (seen.hit) return seen;
  throw failure(`Expected a hit for ${where(edge, path, visit)}, and it was a miss.`, seen);
}

/**
 * Visits a path, and fails if the point of presence answers from its own cache. By that it is filled.
 *
 * @throws AssertionError saying what came instead
 */
export async function expectMiss(edge: Watched, path: string, visit: Visit = {}): Promise<Seen> {
  const seen = await look(edge, path, visit);
  if (!seen.hit) return seen;
  throw failure(`Expected a miss for ${where(edge, path, visit)}, and it was a hit.`, seen);
}

/**
 * Visits a path at every point of presence, and fails unless each answers what the origin answers now:
 * the same status and body.
 *
 * @throws AssertionError naming the points of presence that are stale
 */
export async function expectFresh(edge: Watched, path: string, visit: Visit = {}): Promise<void> {
  const domain = visit.domain ?? edge.domains[0] ?? '';
  const origin = edge.origins.get(domain);
  if (origin === undefined) throw new TypeError(`This edge has no domain ${domain}.`);
  const points = visit.point === undefined ? edge.points : [visit.point];
  const atOrigin = await ask(origin + path, { host: domain, ...visit.headers });
  const atEdge = await Promise.all(
    points.map(async (point) => ({ point, seen: await look(edge, path, { ...visit, point }) })),
  );
  const stale = atEdge.filter(
    ({ seen }) => seen.status !== atOrigin.status || seen.body !== atOrigin.body,
  );
  const [first] = stale;
  if (first === undefined) return;
  throw assertionError({
    message: `Stale: ${stale.map(({ point }) => where(edge, path, { ...visit, point })).join('; ')}. The origin answers ${atOrigin.status} by now.`,
    actual: first.seen.body,
    expected: atOrigin.body,
    operator: 'expectFresh',
  });
}

async function look(edge: Watched, path: string, visit: Visit): Promise<Seen> {
  const { point, domain = edge.domains[0] ?? '', headers } = visit;
  const chosen = point === undefined ? {} : { 'x-edge-pop': point };
  return ask(edge.url + path, { ...headers, ...chosen, host: domain });
}

/** `fetch` would not let `Host` be set. */
async function ask(url: string, headers: Readonly<Record<string, string>>): Promise<Seen> {
  const { request } = await import('undici');
  const answer = await request(url, { headers });
  const received = new Headers();
  for (const [name, value] of Object.entries(answer.headers))
    for (const line of [value ?? []].flat()) received.append(name, line);
  return {
    status: answer.statusCode,
    headers: received,
    body: await answer.body.text(),
    hit: received.get('x-cache')?.startsWith('HIT') ?? false,
  };
}

function where(edge: Watched, path: string, { point, domain }: Visit): string {
  return `${domain ?? edge.domains[0]}${path} at ${point ?? edge.points[0]}`;
}

function failure(message: string, { status, headers }: Seen): Error {
  const said = ['x-cache', 'cache-status', 'age', 'cache-control', 'cache-tag'].flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [`  ${name}: ${value}`];
  });
  return assertionError({ message: [message, `  status: ${status}`, ...said].join('\n') });
}

/** Test runners show its `actual` and `expected` side by side. Loaded when something fails. */
function assertionError(options: ConstructorParameters<typeof AssertionError>[0]): Error {
  return new (process.getBuiltinModule('node:assert').AssertionError)(options);
}
