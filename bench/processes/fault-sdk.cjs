// With the retries that the SDK offers switched on.
const { RuntimeOptions } = require('@alicloud/tea-util');

const { createClient, createRequest } = require('./sdk-client.cjs');

async function attempt([endpoint, timeoutMs, maxAttempts]) {
  const runtime = new RuntimeOptions({
    readTimeout: Number(timeoutMs),
    autoretry: true,
    maxAttempts: Number(maxAttempts),
  });
  try {
    await createClient(endpoint).refreshDcdnObjectCacheByCacheTagWithOptions(
      createRequest(),
      runtime,
    );
    return { outcome: 'accepted' };
  } catch (error) {
    const { name, code, message } = error;
    const status = error.statusCode ?? error.data?.statusCode;
    const requestId = error.requestId ?? error.data?.RequestId;
    return { outcome: 'thrown', error: { name, code, status, requestId, message } };
  }
}

void attempt(process.argv.slice(2)).then((outcome) => console.log(JSON.stringify(outcome)));
