const { repeat } = require('./repeat.cjs');
const { createClient, createRequest } = require('./sdk-client.cjs');

const client = createClient(process.argv[2]);
void repeat(async () => {
  const answer = await client.refreshDcdnObjectCacheByCacheTag(createRequest());
  if (!answer.body.refreshTaskId) throw new Error('The server gave no task.');
});
