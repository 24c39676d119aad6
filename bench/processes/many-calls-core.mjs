import { createDcdnClient, refreshObjectCacheByCacheTag } from '@freshtag/core';

import { repeat } from './repeat.cjs';

const client = createDcdnClient({
  endpoint: process.argv[2],
  credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
  // The client keeps to the rate of an account; the SDK knows none.
  maxCallsPerSecond: 1_000_000,
});
await repeat(async () => {
  const { taskIds } = await refreshObjectCacheByCacheTag(client, {
    domainName: 'www.example.com',
    cacheTags: ['article:1', 'article:2'],
    force: true,
  });
  if (taskIds.length === 0) throw new Error('The server gave no task.');
});
