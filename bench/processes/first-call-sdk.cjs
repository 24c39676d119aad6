const { createClient, createRequest } = require('./sdk-client.cjs');

async function main() {
  const answer = await createClient(process.argv[2]).refreshDcdnObjectCacheByCacheTag(
    createRequest(),
  );
  if (!answer.body.refreshTaskId) throw new Error('The edge gave no task.');

  process.getBuiltinModule('node:fs').writeSync(1, JSON.stringify(process.memoryUsage()));
}

void main();
