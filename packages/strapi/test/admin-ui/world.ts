import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEdge, type Edge } from '@freshtag/edge';

import type { FreshtagConfig } from '../../server/src/config.ts';
import type { SmallAtlas } from '../support/content.ts';
import { createDatabase, type DatabaseKind } from '../support/databases.ts';
import { buildAdminApp } from './admin-app.ts';
import { launchChromium } from './browser.ts';
import { startHoldGate, type HoldGate } from './hold-gate.ts';
import { startStrapiProcess, type StrapiProcess } from './strapi-process.ts';
import { createEnter, type Enter } from './visits.ts';

export const CMS = 'cms.example.com';
const ACCESS_KEY_ID = 'LTAI5tTestOfTheAdmin';
/** What no page, answer or log may ever show. */
export const ACCESS_KEY_SECRET = 'a-secret-that-nobody-sees';
export const COUNTRY = 'api::country.country';

export interface WorldOptions {
  readonly database?: DatabaseKind;
  /** Made from what is configured else. */
  readonly freshtag?: (usual: FreshtagConfig) => FreshtagConfig;
  readonly env?: Readonly<Record<string, string>>;
}

/** Strapi as in production, with its admin panel; an edge that is the cloud too; people who use it. */
export interface World {
  readonly strapi: StrapiProcess;
  readonly atlas: SmallAtlas;
  readonly edge: Edge;
  /** Between Strapi and the cloud. */
  readonly cloud: HoldGate;
  /** Between the edge, or who looks at it, and Strapi. */
  readonly origin: HoldGate;
  readonly url: string;
  readonly enter: Enter;
  readonly close: () => Promise<void>;
}

/** @returns `undefined` where there is no such database */
export async function openWorld({
  database: kind = 'sqlite',
  freshtag = (usual) => usual,
  env = {},
}: WorldOptions = {}): Promise<World | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'freshtag-admin-ui-'));
  mkdirSync(join(folder, 'public/uploads'), { recursive: true });
  const database = await createDatabase(kind, folder);
  if (database === undefined) return undefined;
  const ends: (() => unknown)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
    database.drop,
  ];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const app = await buildAdminApp();
    const cloud = await startHoldGate();
    const origin = await startHoldGate();
    ends.push(cloud.close, origin.close);
    const edge = await startEdge({
      domains: { [CMS]: origin.url },
      pointsOfPresence: [{ name: 'pop-1', propagationDelayMs: 0 }],
      secondLayer: { propagationDelayMs: 0 },
      credentials: { accessKeyId: ACCESS_KEY_ID, accessKeySecret: ACCESS_KEY_SECRET },
      maxCallsPerSecond: Infinity,
    });
    ends.push(() => edge.close());
    cloud.open(edge.apiUrl);
    const strapi = await startStrapiProcess({
      folder: app,
      freshtag: freshtag(configure({ edge, cloud, origin })),
      env: {
        STRAPI_TELEMETRY_DISABLED: 'true',
        STRAPI_DISABLE_LICENSE_PING: 'true',
        PUBLIC_DIR: join(folder, 'public'),
        ALIBABA_CLOUD_ACCESS_KEY_ID: ACCESS_KEY_ID,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: ACCESS_KEY_SECRET,
        ...database.env,
        ...env,
      },
    });
    ends.push(() => strapi.kill());
    origin.open(strapi.url);
    const browser = await launchChromium();
    ends.push(() => browser.close());
    const { url, atlas } = strapi;
    const enter = createEnter(browser, strapi);
    return { strapi, atlas, edge, cloud, origin, url, enter, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Everything that takes time takes little. */
function configure({
  edge,
  cloud,
  origin,
}: Pick<World, 'edge' | 'cloud' | 'origin'>): FreshtagConfig {
  return {
    targets: {
      api: { kind: 'dynamic', domain: CMS, verify: { origin: origin.url, edge: edge.url } },
    },
    types: { [COUNTRY]: { urls: `http://${CMS}/api/countries/{documentId}?locale={locale}` } },
    headers: { cacheControl: 'public, max-age=3600' },
    relay: {
      endpoint: cloud.url,
      window: { idleMs: 30, maxMs: 500 },
      lookMs: 50,
      secondPassDelayMs: 50,
      pollIntervalMs: 50,
      settleMs: 200,
      limits: { maxCallsPerSecond: 1000 },
    },
  };
}
