import { createDcdnClient, refreshObjectCacheByCacheTag } from '@freshtag/core';
import { request } from 'undici';

import { startEdge } from '../src/index.ts';
import { DOMAIN, edgeOptions } from './edge-options.ts';
import { startScriptedOrigin, type ScriptedOrigin } from './scripted-origin.ts';
import { startVarnish } from './varnish.ts';
import { xkeyVcl } from './xkey-vcl.ts';

/** A second domain of every world, at the same origin. */
export const OTHER_DOMAIN = 'shop.example.com';

interface Refreshed {
  readonly domain: string;
  readonly tags: readonly string[];
  readonly force: boolean;
}

/** A cache with an origin of its own behind it. */
export interface World {
  readonly name: string;
  /** For visitors. */
  readonly url: string;
  readonly origin: ScriptedOrigin;
  readonly refresh: (refreshed: Refreshed) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** One point of presence that obeys at once. */
export async function startEdgeWorld(): Promise<World> {
  const origin = await startScriptedOrigin();
  const otherDomains = { [OTHER_DOMAIN]: origin.url };
  const edge = await startEdge(
    edgeOptions({ origin: origin.url, otherDomains, secondLayer: false }),
  );
  const client = createDcdnClient({
    endpoint: edge.apiUrl,
    credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
    maxCallsPerSecond: 1000,
  });
  const refresh = async ({ domain, tags, force }: Refreshed): Promise<void> => {
    await refreshObjectCacheByCacheTag(client, { domainName: domain, cacheTags: tags, force });
  };
  const stop = async (): Promise<void> => {
    await edge.close();
    await origin.stop();
  };
  return { name: 'edge', url: edge.url, origin, refresh, stop };
}

export async function startVarnishWorld(): Promise<World> {
  const origin = await startScriptedOrigin();
  const varnish = await startVarnish(xkeyVcl(origin.url));
  const refresh = async ({ domain, tags, force }: Refreshed): Promise<void> => {
    const { statusCode, body } = await request(varnish.url, {
      method: 'PURGE',
      headers: { host: domain, 'x-force': String(force), 'cache-tag': tags.join(',') },
    });
    if (statusCode !== 200) throw new Error(`Varnish refused to purge: ${await body.text()}`);
    await body.dump();
  };
  const stop = async (): Promise<void> => {
    await varnish.stop();
    await origin.stop();
  };
  return { name: 'varnish', url: varnish.url, origin, refresh, stop };
}

export { DOMAIN };
