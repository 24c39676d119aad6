import { setTimeout } from 'node:timers/promises';

import type { Edge } from '@freshtag/edge';
import type { Core } from '@strapi/strapi';
import type { TestContext } from 'vitest';

import type {
  FreshtagConfig,
  RelaySettings,
  TypeMapping,
  VerifyTarget,
} from '../../server/src/config.ts';
import type { RefreshRecord } from '../../server/src/services/history.ts';
import { behindEdge, CMS, QUICK, until, type EdgeWorld } from './edge-world.ts';
import { listenToLog } from './log.ts';

/** Real time, and what a test adds to it. */
class LeapingClock {
  #leaptMs = 0;

  readonly now = (): number => Date.now() + this.#leaptMs;

  readonly sleep = (delayMs: number, signal?: AbortSignal): Promise<void> =>
    setTimeout(delayMs, undefined, { signal });

  leap(byMs: number): void {
    this.#leaptMs += byMs;
  }
}

export interface Probed extends EdgeWorld {
  readonly clock: LeapingClock;
  /** Those of a document, newest first. */
  readonly recordsOf: (uid: string, documentId: string) => Promise<readonly RefreshRecord[]>;
  /** Resolves when all of them have been probed, or those at one domain. @returns them */
  readonly probed: (
    uid: string,
    documentId: string,
    domain?: string,
  ) => Promise<readonly RefreshRecord[]>;
  /** What the edge was asked for. */
  readonly asked: (path: string, point?: string) => number;
  /** What came to Strapi from the prober itself, and how many at once at most. */
  readonly origin: { paths: string[]; most: number };
}

type Start = Readonly<{
  database: 'sqlite' | 'postgres';
  types: Readonly<Record<string, TypeMapping>>;
  targets?: FreshtagConfig['targets'];
  relay?: RelaySettings;
  logged?: string[];
}>;

/** Both points of presence are looked at. */
function verify(edge: Edge, origin: string): VerifyTarget {
  const points = edge.points.map((name) => ({
    name,
    url: edge.url,
    headers: { 'x-edge-pop': name },
  }));
  return { origin, edge: points };
}

/** A Strapi behind an edge, which looks what both points of presence serve. */
export async function startProbed(
  context: TestContext,
  { database, types, targets = {}, relay = {}, logged = [] }: Start,
): Promise<Probed> {
  const clock = new LeapingClock();
  const origin = { paths: [] as string[], most: 0 };
  const world = await behindEdge(
    database,
    (edge, address) => ({
      targets: {
        api: { kind: 'dynamic', domain: CMS, verify: verify(edge, address) },
        ...targets,
      },
      types,
      relay: { ...QUICK, clock, ...relay },
    }),
    {
      beforeLoad: (strapi) => {
        countQuestions(strapi, origin);
        listenToLog(strapi, logged);
      },
    },
  );
  if (world === undefined) return context.skip();
  const recordsOf: Probed['recordsOf'] = (uid, documentId) =>
    world.atlas.strapi
      .plugin('freshtag')
      .service('history')
      .find({ subject: `${uid}:${documentId}`, limit: 1000 });
  const probed: Probed['probed'] = async (uid, documentId, domain = CMS) => {
    let records: readonly RefreshRecord[] = [];
    await until(async () => {
      const all = await recordsOf(uid, documentId);
      records = all.filter((record) => record.domain === domain);
      return records.every((record) => record.verifiedAtMs ?? record.probeProblem);
    });
    return records;
  };
  const asked: Probed['asked'] = (path, point) =>
    world.edge.events.filter(
      (event) =>
        event.type === 'request' && event.path === path && (point ?? event.point) === event.point,
    ).length;
  return { ...world, clock, origin, recordsOf, probed, asked };
}

function countQuestions(strapi: Core.Strapi, origin: Probed['origin']): void {
  let underWay = 0;
  strapi.server.use(async (context, next) => {
    const isCounted = context.get('user-agent') === 'freshtag-verify' && context.get('via') === '';
    if (isCounted) {
      origin.paths.push(context.url);
      underWay += 1;
      origin.most = Math.max(origin.most, underWay);
      // So slow that questions meet.
      await setTimeout(20);
    }
    await next();
    if (isCounted) underWay -= 1;
  });
}

/** Refreshes reach the second point of presence in an hour, and nothing is reported of them. */
export function delayRefreshes(edge: Edge): void {
  const times = 100;
  edge.injectFault({ kind: 'lag', point: 'pop-2', delayMs: 3_600_000, times });
  edge.injectFault({ kind: 'task-unreported', times });
}
