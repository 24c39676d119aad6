// Refreshes tags of a filled edge and asks what is still served without asking the origin.
// Arguments: address for visitors, address of the API, number of objects.
import { writeSync } from 'node:fs';

import { createDcdnClient, refreshObjectCacheByCacheTag } from '@freshtag/core';
import { request } from 'undici';

const SAMPLES = 15;
const PROBES = 200;
const [url, apiUrl, count] = process.argv.slice(2);
const objects = Number(count);
const client = createDcdnClient({
  endpoint: apiUrl,
  credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
  maxCallsPerSecond: 1000,
});

// Connections are open and code is warm before anything counts.
for (let call = 0; call < 50; call += 1) await refresh(`nothing-${call}`);

const oneMs = [];
const wrong = [];
for (let sample = 0; sample < SAMPLES; sample += 1) {
  const number = sample * Math.floor(objects / SAMPLES);
  if (!(await isHit(number))) wrong.push(`object ${number} was not stored`);
  oneMs.push(await refresh(`object-${number}`));
  if (await isHit(number)) wrong.push(`object ${number} outlived its refresh`);
  if (!(await isHit(number + 1))) wrong.push(`object ${number + 1} went with another`);
}
const allMs = await refresh('all');
for (let probe = 0; probe < PROBES; probe += 1) {
  const number = probe * Math.floor(objects / PROBES);
  if (await isHit(number)) wrong.push(`object ${number} outlived the refresh of all`);
}
writeSync(1, JSON.stringify({ oneMs, allMs, wrong }));

async function refresh(tag) {
  const startedMs = performance.now();
  await refreshObjectCacheByCacheTag(client, {
    domainName: 'www.example.com',
    cacheTags: [tag],
    force: true,
  });
  return performance.now() - startedMs;
}

async function isHit(number) {
  const { headers, body } = await request(`${url}/object/${number}`);
  await body.dump();
  return String(headers['x-cache']).startsWith('HIT');
}
