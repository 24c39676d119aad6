// Starts the atlas in Strapi with the plugin on the database that the environment names, full of history
// once it is told so, and asks its admin panel what its parent asks for. Says `ready`, and answers each message.
// asked, by the first key: { fill: rows }, { ask: path }, { explain: [{ sql, bindings }] }
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const appDir = fileURLToPath(new URL('../../apps/atlas-cms', import.meta.url));
process.chdir(appDir);
const require = createRequire(join(appDir, 'package.json'));

const plugins = require(join(appDir, 'dist/config/plugins.js'));
const { default: configure } = plugins;
plugins.default = (parameters) => ({
  ...configure(parameters),
  freshtag: {
    enabled: true,
    config: {
      targets: {
        api: { kind: 'dynamic', domain: 'api.example.com' },
        www: { kind: 'dynamic', domain: 'www.example.com', after: 'api' },
      },
      relay: false,
    },
  },
});
const { createStrapi } = require('@strapi/strapi');
const { createKnexOutbox } = await import('@freshtag/core/relay');
const { fillHistory } = await import(new URL('../src/history/fill.ts', import.meta.url));
const strapi = createStrapi({ appDir, distDir: 'dist', serveAdminPanel: false });
strapi.log.level = 'error';
await strapi.load();
const knex = strapi.db.connection;
await createKnexOutbox({ knex }).migrate();
strapi.server.mount();
const { httpServer } = strapi.server;
await new Promise((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${httpServer.address().port}`;
const token = await login();

/** Strapi's own, to know who asks. */
const OF_SESSION = /"(strapi_sessions|admin_|strapi_api_token)/;
let seen = [];
const begun = new Map();
knex.on('query', ({ __knexQueryUid: id }) => begun.set(id, performance.now()));
knex.on('query-response', (_response, { __knexQueryUid: id, sql, bindings }) => {
  if (!OF_SESSION.test(sql)) seen.push({ sql, bindings, ms: performance.now() - begun.get(id) });
  begun.delete(id);
});

async function login() {
  const [email, password] = ['bench@example.com', 'Password-1'];
  const role = await strapi.service('admin::role').getSuperAdmin();
  await strapi.service('admin::user').create({
    email,
    password,
    firstname: 'Ben',
    lastname: 'Ch',
    isActive: true,
    registrationToken: null,
    roles: [role.id],
  });
  const answer = await fetch(`${url}/admin/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return (await answer.json()).data.token;
}

async function ask({ ask: path }) {
  seen = [];
  const startedMs = performance.now();
  const answer = await fetch(`${url}/freshtag${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const text = await answer.text();
  const wallMs = performance.now() - startedMs;
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 200)}`);
  const { changes, cursor } = path.includes('csv') ? {} : JSON.parse(text);
  return { wallMs, bytes: text.length, changes: changes?.length, cursor, statements: seen };
}

async function explain({ explain: statements }) {
  const plans = [];
  for (const { sql, bindings } of statements) {
    const { rows } = await knex.raw(
      `EXPLAIN (ANALYZE, BUFFERS) ${sql.replaceAll(/\$\d+/g, '?')}`,
      bindings,
    );
    plans.push(rows.map((row) => row['QUERY PLAN']));
  }
  return plans;
}

const WORK = { fill: ({ fill: rows }) => fillHistory(knex, rows), ask, explain };

process.on('message', (asked) => {
  WORK[Object.keys(asked)[0]](asked).then(
    (told) => process.send(told ?? {}),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send('ready');
