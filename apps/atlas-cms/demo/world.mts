import { startEdge, type Edge } from '@freshtag/edge';
import type { FreshtagConfig } from '@freshtag/strapi/strapi-server';
import { startGate } from '@freshtag/testing/gate';

import { Auditor, type Place } from './audit.mts';
import { startCms, type Cms } from './cms.mts';
import { CMS_DOMAIN, SITE_DOMAIN } from './domains.mts';
import { startSite, type Site } from './site.mts';
import { hangUp, type Server } from './visitor.mts';

const COUNTRIES =
  'austria denmark france germany italy poland portugal spain switzerland brazil japan kenya tanzania';

const POINTS = [
  { name: 'pop-1', propagationDelayMs: 100 },
  { name: 'pop-2', propagationDelayMs: 400 },
];

/** As in production, in seconds instead of minutes. */
const CONFIG: FreshtagConfig = {
  targets: {
    api: { kind: 'dynamic', domain: CMS_DOMAIN },
    // It reads the API through the edge: refreshed before that, it would be filled with old content again.
    www: { kind: 'dynamic', domain: SITE_DOMAIN, after: 'api' },
  },
  headers: { cacheControl: 'public, max-age=3600' },
  relay: {
    window: { idleMs: 200, maxMs: 1000 },
    secondPassDelayMs: 600,
    pollIntervalMs: 100,
    settleMs: 20_000,
    credentials: () => ({ accessKeyId: 'testid', accessKeySecret: 'testsecret' }),
  },
};

/** Strapi, a site that is rendered from it, and the edge before both. */
export interface World {
  readonly cms: Cms;
  readonly site: Site;
  readonly edge: Edge;
  readonly auditor: Auditor;
  /** The site's domain as visitors see it. */
  readonly www: Place;
  readonly close: () => Promise<void>;
}

/** @param change what is different from {@link CONFIG}, to show that the demo notices */
export async function createWorld(
  change: (config: FreshtagConfig) => FreshtagConfig,
): Promise<World> {
  const [cmsGate, siteGate] = [await startGate(), await startGate()];
  const edge = await startEdge({
    domains: { [CMS_DOMAIN]: cmsGate.url, [SITE_DOMAIN]: siteGate.url },
    pointsOfPresence: POINTS,
    secondLayer: { propagationDelayMs: 200 },
  });
  const config = change(CONFIG);
  const relay = { ...config.relay, endpoint: edge.apiUrl };
  const cms = await startCms(COUNTRIES.split(' '), { ...config, relay });
  const points = (domain: string): Server[] =>
    POINTS.map(({ name }) => ({ url: edge.url, headers: { host: domain, 'x-edge-pop': name } }));
  const api: Place = { truth: { url: cms.url, headers: {} }, points: points(CMS_DOMAIN) };
  // The slower point of presence is the harder one.
  const site = await startSite(api.points.at(-1) ?? api.truth);
  const mirror = await startSite(api.truth);
  cmsGate.open(cms.url);
  siteGate.open(site.url);
  const www: Place = { truth: { url: mirror.url, headers: {} }, points: points(SITE_DOMAIN) };
  const auditor = new Auditor();
  auditor.watch(SITE_DOMAIN, www, await listPages(cms));
  await auditor.readTruth();
  auditor.watch(CMS_DOMAIN, api, mirror.asked);
  return {
    cms,
    site,
    edge,
    auditor,
    www,
    close: async () => {
      hangUp();
      await edge.close();
      for (const each of [cmsGate, siteGate, site, mirror, cms]) await each.close();
    },
  };
}

async function listPages({ strapi }: Cms): Promise<string[]> {
  const paths: string[] = [];
  for (const type of ['country', 'region'] as const) {
    const entries = await strapi.documents(`api::${type}.${type}`).findMany();
    const kind = type === 'country' ? 'countries' : 'regions';
    paths.push(...entries.map(({ documentId }) => `/${kind}/${documentId}`));
  }
  return ['/', '/countries', ...paths];
}
