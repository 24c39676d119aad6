// Starts the atlas in Strapi on the database that the environment names, with the plugin as FRESHTAG says
// (JSON; none: without it), and publishes what its parent asks for. Says `ready`, and answers each message.
// asked, by the first key: { publish: documentId, name }, { bulk: count }, { countries }, { drained }, { fill }
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const appDir = fileURLToPath(new URL('../../apps/atlas-cms', import.meta.url));
process.chdir(appDir);
const require = createRequire(join(appDir, 'package.json'));
const relay = { credentials: () => ({ accessKeyId: 'testid', accessKeySecret: 'testsecret' }) };
const given = process.env.FRESHTAG && JSON.parse(process.env.FRESHTAG);

// What the app configures, but for the plugin.
const plugins = require(join(appDir, 'dist/config/plugins.js'));
const { default: configure } = plugins;
plugins.default = (parameters) => ({
  ...configure(parameters),
  freshtag: given
    ? {
        enabled: true,
        config: {
          targets: { api: { kind: 'dynamic', domain: 'www.example.com' } },
          relay: { ...relay, ...given },
        },
      }
    : { enabled: false },
});
const { createStrapi } = require('@strapi/strapi');
const strapi = createStrapi({ appDir, distDir: 'dist', serveAdminPanel: false });
strapi.log.level = 'error';
await strapi.load();
if ((strapi.plugins.freshtag !== undefined) !== Boolean(given))
  throw new Error('not as configured');

const COUNTRY = 'api::country.country';
const CURRENCY = 'api::currency.currency';
/** What the relay sends meanwhile is not of the publish. */
const counted = new AsyncLocalStorage();
strapi.db.connection.on('query', ({ sql }) => {
  const counts = counted.getStore();
  if (counts === undefined) return;
  counts.statements += 1;
  if (/^\s*commit/i.test(sql)) counts.commits += 1;
});

async function measure(work) {
  const counts = { statements: 0, commits: 0 };
  const before = process.cpuUsage();
  const startedMs = performance.now();
  await counted.run(counts, work);
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1000, ...counts };
}

async function publish({ publish: documentId, name }) {
  const countries = strapi.documents(COUNTRY);
  const update = await measure(() => countries.update({ documentId, data: { name } }));
  return { update, publish: await measure(() => countries.publish({ documentId })) };
}

/** As the content manager does. */
async function bulk({ bulk: count }) {
  const currencies = strapi.documents(CURRENCY);
  const ids = [];
  await strapi.db.transaction(async () => {
    for (let number = 0; number < count; number += 1) {
      const data = { name: `Bulk ${number}`, code: `bulk-${number}` };
      ids.push((await currencies.create({ data })).documentId);
    }
  });
  const manager = strapi.plugin('content-manager').service('document-manager');
  return measure(() => manager.publishMany(CURRENCY, ids));
}

async function listCountries() {
  const found = await strapi
    .documents(COUNTRY)
    .findMany({ status: 'published', sort: 'code', limit: 100 });
  return found.map(({ documentId }) => documentId);
}

/** Whether nothing waits. */
async function isDrained() {
  const db = strapi.db.connection;
  const [{ rows }] = await db('freshtag_outbox').where({ state: 'waiting' }).count('* as rows');
  return Number(rows) === 0;
}

/** The whole atlas, then its end: what Strapi still does in the background is not waited for. */
async function fill() {
  const { fillAtlas } = await import(
    new URL('../../apps/atlas-cms/scripts/fill-atlas.mts', import.meta.url)
  );
  await fillAtlas(strapi);
  process.exit(0);
}

const WORK = { publish, bulk, fill, countries: listCountries, drained: isDrained };

process.on('message', (asked) => {
  WORK[Object.keys(asked)[0]](asked).then(
    (told) => process.send(told),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send('ready');
