// Starts the atlas in Strapi on the database that the environment names, with the plugin as FRESHTAG says
// (JSON; none: without it), and publishes what its parent asks for. Says `ready`, and answers each message.
// asked, by the first key: { publish: documentId, name }, { request: documentId, name }, { bulk: count },
// { countries }, { drained }, { fill }
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
/** What is sent to the database, while that is measured. */
let seen = [];
strapi.db.connection.on('query', ({ sql, __knexTxId: transaction }) => {
  seen.push({ sql, transaction });
});

/** The relay works meanwhile: it alone does more with the tables than to insert into the outbox. */
const isRelays = ({ sql }) =>
  /freshtag_/.test(sql) && !/^\s*insert into \W?freshtag_outbox/i.test(sql);

function ownStatements() {
  const relays = new Set(seen.filter(isRelays).map(({ transaction }) => transaction));
  return seen.filter((one) => (one.transaction ? !relays.has(one.transaction) : !isRelays(one)));
}

async function measure(work) {
  seen = [];
  const before = process.cpuUsage();
  const startedMs = performance.now();
  await work();
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  const own = ownStatements();
  const commits = own.filter(({ sql }) => /^\s*commit/i.test(sql)).length;
  return { wallMs, cpuMs: (user + system) / 1000, statements: own.length, commits };
}

async function publish({ publish: documentId, name }) {
  const countries = strapi.documents(COUNTRY);
  const update = await measure(() => countries.update({ documentId, data: { name } }));
  return { update, publish: await measure(() => countries.publish({ documentId })) };
}

let editor;

/** Strapi over HTTP, to somebody who may do everything. */
async function logIn() {
  strapi.server.mount();
  const { httpServer } = strapi.server;
  await new Promise((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${httpServer.address().port}`;
  const email = 'editor@example.com';
  const password = 'Password-1';
  const { id } = await strapi.service('admin::role').getSuperAdmin();
  const person = { email, password, firstname: 'Ed', isActive: true, roles: [id] };
  await strapi.service('admin::user').create({ ...person, registrationToken: null });
  const { data } = await post(`${url}/admin/login`, { email, password });
  return { url, headers: { authorization: `Bearer ${data.token}` } };
}

async function post(url, body, headers = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** What the edit view sends when an editor presses “Publish”. */
async function request({ request: documentId, name }) {
  editor ??= await logIn();
  const { url, headers } = editor;
  const path = `${url}/content-manager/collection-types/${COUNTRY}/${documentId}/actions/publish`;
  return measure(() => post(path, { name }, headers));
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

const WORK = { publish, request, bulk, fill, countries: listCountries, drained: isDrained };

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
