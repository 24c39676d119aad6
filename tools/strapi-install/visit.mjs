import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';

import { expectFresh, expectHit, expectMiss, startEdge } from '../../packages/edge/dist/index.mjs';
import { readPanel } from './panel.mjs';

const ROWS = `SELECT row.tag, coalesce(batch.state, row.state) AS state
  FROM freshtag_outbox AS row LEFT JOIN freshtag_batch AS batch USING (batch_id)`;
const LONGEST_START_MS = 120_000;
const LONGEST_REFRESH_MS = 30_000;
const EDITOR = {
  email: 'ada@example.com',
  password: 'Password-1',
  firstname: 'Ada',
  lastname: 'Lovelace',
};

/**
 * Starts the app as its users do, behind a local edge; publishes, and looks at what visitors get.
 * Throws unless all is as it should be.
 */
export async function visitApp(app, log) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const edge = await startEdge({ domains: { 'www.example.com': url } });
  const child = spawn(process.execPath, ['node_modules/@strapi/strapi/bin/strapi.js', 'start'], {
    cwd: app,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(port),
      NODE_ENV: 'production',
      STRAPI_TELEMETRY_DISABLED: 'true',
      STRAPI_DISABLE_LICENSE_PING: 'true',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'testid',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'testsecret',
      DCDN_ENDPOINT: edge.apiUrl,
    },
  });
  const ended = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      output += data;
    });
  try {
    await untilReady(url, child);
    log('Strapi has started');
    const documentId = await publishTwice({ app, url, edge, log });
    const path = `/content-manager/collection-types/api::article.article/${documentId}`;
    const said = await readPanel({ url, editor: EDITOR, path, text: 'Complete' });
    log(`the panel says: ${said.replaceAll(/\s+/g, ' ')}`);
  } catch (error) {
    console.error(output);
    throw error;
  } finally {
    child.kill('SIGTERM');
    await ended;
    log('Strapi has ended');
    await edge.close();
  }
}

async function publishTwice({ app, url, edge, log }) {
  const admin = await loginAsAdmin(url);
  await allowReading(admin);
  const articles = '/content-manager/collection-types/api::article.article';
  const { documentId } = (await admin('POST', articles, { title: 'old' })).data;
  const publish = (title) => admin('POST', `${articles}/${documentId}/actions/publish`, { title });
  await publish('old');
  const tag = `article:${documentId}`;
  await completeRows(app, tag, 1);
  const path = `/api/articles/${documentId}`;
  const { headers } = await expectMiss(edge, path);
  const tags = headers.get('cache-tag')?.split(',') ?? [];
  if (!tags.includes(tag)) throw new Error(`${path} has the tags ${tags.join(' ')}`);
  log(`its answer has the tags ${tags.join(' ')}`);
  await expectHit(edge, path);
  await publish('new');
  log(`${await completeRows(app, tag, 2)} rows are in the database, and complete`);
  const calls = edge.refreshes.filter((call) => call.tags.includes(tag));
  if (calls.length < 2) throw new Error('the edge was not called for the second change');
  await expectFresh(edge, path);
  const { body } = await expectHit(edge, path);
  if (!body.includes('"new"')) throw new Error(`the edge serves ${body}`);
  log(`the edge was called ${calls.length} times, and serves what was published`);
  return documentId;
}

/** Waits until that many rows of the tag are complete. Returns how many rows there are at all. */
async function completeRows(app, tag, wanted) {
  const endMs = Date.now() + LONGEST_REFRESH_MS;
  for (;;) {
    const options = { readOnly: true, timeout: 5000 };
    const database = new DatabaseSync(join(app, '.tmp/data.db'), options);
    const rows = database.prepare(ROWS).all();
    database.close();
    const complete = rows.filter((row) => row.tag === tag && row.state === 'complete').length;
    if (complete === wanted) return rows.length;
    if (Date.now() > endMs) throw new Error(`${complete} of ${wanted} rows are complete`);
    await setTimeout(100);
  }
}

async function loginAsAdmin(url) {
  const call = (token) => async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return JSON.parse(text);
  };
  const { data } = await call('')('POST', '/admin/register-admin', EDITOR);
  return call(data.token);
}

async function allowReading(admin) {
  const { roles } = await admin('GET', '/users-permissions/roles');
  const { id } = roles.find(({ type }) => type === 'public');
  const { role } = await admin('GET', `/users-permissions/roles/${id}`);
  const actions = role.permissions['api::article'].controllers.article;
  for (const name of ['find', 'findOne']) actions[name] = { ...actions[name], enabled: true };
  await admin('PUT', `/users-permissions/roles/${id}`, role);
}

async function untilReady(url, child) {
  const endMs = Date.now() + LONGEST_START_MS;
  for (;;) {
    const response = await fetch(`${url}/_health`).catch(() => undefined);
    if (response?.status === 204) return;
    if (child.exitCode !== null) throw new Error(`Strapi ended with ${child.exitCode}`);
    if (Date.now() > endMs) throw new Error('Strapi did not start in time');
    await setTimeout(200);
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
