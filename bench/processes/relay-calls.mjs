// What carries the tags of other queues: the core's packing and the core's client, all calls at once.
import { createDcdnClient, planCalls, refreshObjectCacheByCacheTag } from '@freshtag/core';

const DOMAIN = 'www.example.com';

/** @returns resolves when the edge has accepted all of them */
export function createCarry(endpoint, maxCallsPerSecond) {
  const client = createDcdnClient({
    endpoint,
    credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
    maxCallsPerSecond,
  });
  return async (tags) => {
    const calls = planCalls(new Set(tags), { domain: DOMAIN, endpoint });
    await Promise.all(
      calls.map(({ tags: cacheTags, force }) =>
        refreshObjectCacheByCacheTag(client, { domainName: DOMAIN, cacheTags, force }),
      ),
    );
  };
}
