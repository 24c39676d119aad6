import { createDcdnClient, refreshObjectCacheByCacheTag } from '@freshtag/core';

const client = createDcdnClient({
  endpoint: process.argv[2],
  credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
});
const { taskIds } = await refreshObjectCacheByCacheTag(client, {
  domainName: 'www.example.com',
  cacheTags: ['article:1', 'article:2'],
  force: true,
});
if (taskIds.length === 0) throw new Error('The edge gave no task.');

process.getBuiltinModule('node:fs').writeSync(1, JSON.stringify(process.memoryUsage()));
