// One instance of Strapi in a process of its own. Says where it listens in a line of JSON, and ends in good
// order when it is told to.
// usage: node instance.ts JSON
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';

import type { FreshtagConfig } from '../../../server/src/config.ts';
import { createAtlas } from '../../support/create-atlas.ts';
import { allowEverybodyToRead, createToken, listen } from '../../support/start-strapi.ts';
import { DOMAIN, QUICK, type Given } from '../settings.ts';

const { endpoint, env, isFirst, name } = JSON.parse(process.argv[2] ?? '{}') as Given;
Object.assign(process.env, env);
const config: FreshtagConfig = {
  targets: { api: { kind: 'dynamic', domain: DOMAIN } },
  headers: { cacheControl: 'public, max-age=86400' },
  relay: {
    ...QUICK,
    endpoint,
    name,
    credentials: () => ({ accessKeyId: 'testid', accessKeySecret: 'testsecret' }),
  },
};
const strapi = createAtlas(config);
await strapi.load();
let token: string | undefined;
if (isFirst) {
  await strapi.plugin('i18n').service('locales').create({ code: 'de', name: 'German (de)' });
  await allowEverybodyToRead(strapi);
  token = await createToken(strapi);
}
const url = await listen(strapi);
process.stdout.write(`${JSON.stringify({ type: 'ready', url, token })}\n`);
// Whoever is killed writes no cache, and would be compiled anew each time.
flushCompileCache();
for await (const line of createInterface({ input: process.stdin })) if (line === 'stop') break;
await strapi.destroy();
process.exit(0);
