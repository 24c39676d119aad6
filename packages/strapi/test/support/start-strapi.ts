import { mkdirSync, mkdtempSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Core } from '@strapi/strapi';

import type { FreshtagConfig } from '../../server/src/config.ts';
import { createAtlas } from './create-atlas.ts';
import { createDatabase, type DatabaseKind, type TestDatabase } from './databases.ts';

export interface StartOptions {
  readonly database?: DatabaseKind;
  readonly freshtag?: FreshtagConfig;
  /** Tells where the database is reached, if not where it is. */
  readonly through?: (env: TestDatabase['env']) => Promise<TestDatabase['env']>;
  /** Before Strapi registers its plugins: here what must be outermost can be added. */
  readonly beforeLoad?: (strapi: Core.Strapi) => void;
  /** Before it listens, when all is loaded: routes can be added here. */
  readonly beforeListen?: (strapi: Core.Strapi) => void;
}

/** A Strapi that listens. */
export interface TestStrapi {
  readonly strapi: Core.Strapi;
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Of a token that may do everything through the content API. */
  readonly token: string;
  /** The path with `/api` before it unless it begins with a slash. */
  readonly get: (path: string, init?: Init) => Promise<Answer>;
  /** Answers of GraphQL, by `POST`. */
  readonly graphql: (query: string, init?: Init) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

type Init = Omit<RequestInit, 'headers'> & {
  readonly headers?: Record<string, string>;
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests know what they asked for
  readonly body: any;
}

/**
 * Starts the atlas on an empty database of its own: everybody may read, a token may do everything.
 * @returns `undefined` where there is no server of that kind
 */
export async function startStrapi(options: StartOptions = {}): Promise<TestStrapi | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'freshtag-strapi-'));
  mkdirSync(join(folder, 'public/uploads'), { recursive: true });
  const database = await createDatabase(options.database ?? 'sqlite', folder);
  if (database === undefined) return undefined;
  Object.assign(process.env, {
    STRAPI_TELEMETRY_DISABLED: 'true',
    STRAPI_DISABLE_LICENSE_PING: 'true',
    PUBLIC_DIR: join(folder, 'public'),
    ...database.env,
    ...(await options.through?.(database.env)),
  });
  const strapi = createAtlas(options.freshtag ?? {});
  strapi.log.level = 'warn';
  // On MySQL knex warns of each table that Strapi makes.
  strapi.config.set('database.connection.log', { warn: () => {} });
  const stop = async (): Promise<void> => {
    await destroy(strapi);
    await database.drop();
  };
  const started = startListening(strapi, options).catch(async (error: unknown) => {
    // One that got no further than its configuration cannot be destroyed.
    await destroy(strapi).catch(() => {});
    await database.drop();
    throw error;
  });
  const { url, token } = await started;
  const ask = async (path: string, init?: Init): Promise<Answer> => {
    const response = await fetch(new URL(path, `${url}/api/`), init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  };
  return {
    strapi,
    url,
    token,
    get: ask,
    graphql: (query, init = {}) =>
      ask('/graphql', {
        method: 'POST',
        body: JSON.stringify({ query }),
        ...init,
        headers: { 'content-type': 'application/json', ...init.headers },
      }),
    stop,
  };
}

async function startListening(
  strapi: Core.Strapi,
  options: StartOptions,
): Promise<{ readonly url: string; readonly token: string }> {
  options.beforeLoad?.(strapi);
  await strapi.load();
  options.beforeListen?.(strapi);
  await allowEverybodyToRead(strapi);
  const token = await createToken(strapi);
  return { url: await listen(strapi), token };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function listen(strapi: Core.Strapi): Promise<string> {
  strapi.server.mount();
  const { httpServer } = strapi.server;
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = httpServer.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

export async function allowEverybodyToRead(strapi: Core.Strapi): Promise<void> {
  const role = await strapi.db
    .query('plugin::users-permissions.role')
    .findOne({ where: { type: 'public' } });
  const readable = Object.keys(strapi.contentTypes).filter((uid) => uid.startsWith('api::'));
  const actions = [
    ...readable.flatMap((uid) => [`${uid}.find`, `${uid}.findOne`]),
    'plugin::upload.content-api.find',
    'plugin::upload.content-api.findOne',
  ];
  for (const action of actions)
    await strapi.db
      .query('plugin::users-permissions.permission')
      .create({ data: { action, role: role.id } });
}

export async function createToken(strapi: Core.Strapi): Promise<string> {
  const { accessKey } = await strapi.service('admin::api-token').create({
    name: 'tests',
    type: 'full-access',
    description: '',
    lifespan: null,
  });
  return accessKey;
}

/** Strapi takes away all listeners of the process, the test runner's own among them. */
async function destroy(strapi: Core.Strapi): Promise<void> {
  const removeAllListeners = process.removeAllListeners.bind(process);
  process.removeAllListeners = () => process;
  try {
    await strapi.destroy();
  } finally {
    process.removeAllListeners = removeAllListeners;
  }
}
