import { startEdge, type Edge } from '@freshtag/edge';
import { createKnexOutbox } from '@freshtag/core/relay';
import { startGate } from '@freshtag/testing/gate';
import { onTestFinished } from 'vitest';

import type { FreshtagConfig, RelaySettings } from '../../server/src/config.ts';
import type { DatabaseKind } from './databases.ts';
import { callersOf, type Documents } from './changes-world.ts';
import { startStrapi, type StartOptions, type TestStrapi } from './start-strapi.ts';

export const CMS = 'cms.example.com';
export const SITE = 'www.example.com';

/** Everything that takes time takes little. */
export const QUICK: RelaySettings = {
  window: { idleMs: 30, maxMs: 500 },
  lookMs: 20,
  secondPassDelayMs: 50,
  pollIntervalMs: 20,
  settleMs: 200,
  limits: { maxCallsPerSecond: 1000 },
  credentials: () => ({ accessKeyId: 'testid', accessKeySecret: 'testsecret' }),
};

export interface EdgeWorld {
  readonly atlas: TestStrapi;
  readonly edge: Edge;
  /** Resolves when nothing is to be refreshed any more. */
  readonly drained: (environment?: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A configuration that may have to know the edge, and the origin's address behind it. */
type ConfigOfEdge = FreshtagConfig | ((edge: Edge, origin: string) => FreshtagConfig);

/** A Strapi behind an edge: `cms.example.com`, and the same as `www.example.com`. */
export async function startBehindEdge(
  database: DatabaseKind,
  configured: ConfigOfEdge = {},
  options: Omit<StartOptions, 'database' | 'freshtag'> = {},
): Promise<EdgeWorld | undefined> {
  const gate = await startGate();
  const edge = await startEdge({
    domains: { [CMS]: gate.url, [SITE]: gate.url },
    pointsOfPresence: [
      { name: 'pop-1', propagationDelayMs: 0 },
      { name: 'pop-2', propagationDelayMs: 10 },
    ],
    secondLayer: { propagationDelayMs: 5 },
  });
  const freshtag = typeof configured === 'function' ? configured(edge, gate.url) : configured;
  const atlas = await startStrapi({
    ...options,
    database,
    freshtag: {
      targets: { api: { kind: 'dynamic', domain: CMS } },
      headers: { cacheControl: 'public, max-age=3600' },
      ...freshtag,
      ...(freshtag.relay !== false && {
        relay: { ...QUICK, endpoint: edge.apiUrl, ...freshtag.relay },
      }),
    },
  });
  const close = async (): Promise<void> => {
    await edge.close();
    await gate.close();
  };
  if (atlas === undefined) {
    await close();
    return undefined;
  }
  gate.open(atlas.url);
  return {
    atlas,
    edge,
    drained: (environment = 'production') => drained(atlas, environment),
    stop: async () => {
      await atlas.stop();
      await close();
    },
  };
}

/** The same, ended when the test ends. */
export async function behindEdge(
  ...given: Parameters<typeof startBehindEdge>
): Promise<EdgeWorld | undefined> {
  const world = await startBehindEdge(...given);
  if (world !== undefined) onTestFinished(world.stop);
  return world;
}

/** The document service, for a type that is a country unless told. */
export function documentsOf({ atlas }: EdgeWorld, uid = 'api::country.country'): Documents {
  return callersOf(atlas).documents(uid);
}

/** Asks the database itself until nothing waits and nothing is under way. */
async function drained({ strapi }: TestStrapi, environment: string): Promise<void> {
  const store = createKnexOutbox({ knex: strapi.db.connection, environment });
  await until(async () => {
    const { waiting, batches, parked, problem } = await store.statistics();
    if (parked > 0) throw new Error(`parked: ${problem?.message}`);
    return waiting + batches === 0;
  });
}

/** Looks again and again until it is so. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  longestMs = 20_000,
): Promise<void> {
  const endMs = Date.now() + longestMs;
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
