import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { FreshtagConfig, HistoryService } from '@freshtag/strapi/strapi-server';
import type { Core } from '@strapi/strapi';

import { fillAtlas } from '../scripts/fill-atlas.mts';
import { APP, compileApp, PLUGINS, requireOfApp } from './compile.mts';

/** A running Strapi, and what its editors do. */
export interface Cms {
  readonly strapi: Core.Strapi;
  readonly url: string;
  /** What an editor does in the admin panel; fails unless it is answered with success. */
  readonly edit: (method: 'POST' | 'PUT', path: string, body?: object) => Promise<void>;
  /** The document of an entry by its code. */
  readonly idOf: (type: 'country' | 'region', code: string) => string;
  /** How many tags have to be refreshed since then, and how many of these are not complete yet. */
  readonly rowsSince: (timeMs: number) => Promise<{ readonly all: number; readonly open: number }>;
  readonly close: () => Promise<void>;
}

const EDITOR = {
  email: 'ada@atlas.example',
  password: 'Password-1',
  firstname: 'Ada',
  lastname: 'Lovelace',
};

/** Starts Strapi on an empty SQLite and fills it with these countries. */
export async function startCms(
  countries: readonly string[],
  freshtag: FreshtagConfig,
): Promise<Cms> {
  const folder = mkdtempSync(join(tmpdir(), 'freshtag-demo-'));
  mkdirSync(join(folder, 'public/uploads'), { recursive: true });
  const distDir = compileApp();
  configure(folder, freshtag);
  const { createStrapi }: typeof import('@strapi/strapi') = requireOfApp('@strapi/strapi');
  const strapi = createStrapi({ appDir: APP, distDir, serveAdminPanel: false });
  strapi.log.level = 'error';
  await strapi.load();
  // In one commit: what the first content has to refresh is one batch.
  await strapi.db.transaction(() => fillAtlas(strapi, new Set(countries)));
  strapi.server.mount();
  const url = await listen(strapi);
  const token = await registerEditor(url);
  const ids = await readIds(strapi);
  const history: HistoryService = strapi.plugin('freshtag').service('history');
  return {
    strapi,
    url,
    edit: async (method, path, body = {}) => {
      await call(`${url}/content-manager${path}`, { method, token, body });
    },
    idOf: (type, code) => ids.get(`${type} ${code}`) ?? '',
    rowsSince: async (sinceMs) => {
      const rows = await history.find({ sinceMs, limit: 1000 });
      const open = rows.filter(({ completeAtMs }) => completeAtMs === undefined);
      return { all: rows.length, open: open.length };
    },
    close: async () => {
      await strapi.destroy();
      for (const made of [folder, distDir]) rmSync(made, { recursive: true, force: true });
    },
  };
}

function configure(folder: string, freshtag: FreshtagConfig): void {
  Object.assign(process.env, {
    STRAPI_TELEMETRY_DISABLED: 'true',
    STRAPI_DISABLE_LICENSE_PING: 'true',
    DATABASE_CLIENT: 'sqlite',
    DATABASE_FILENAME: join(folder, 'data.db'),
    PUBLIC_DIR: join(folder, 'public'),
  });
  Reflect.set(globalThis, PLUGINS, {
    freshtag: { enabled: true, config: freshtag },
    graphql: { enabled: false },
    'users-permissions': { enabled: true, config: { jwtSecret: 'atlas-demo' } },
  });
}

async function listen(strapi: Core.Strapi): Promise<string> {
  const { httpServer } = strapi.server;
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = httpServer.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

async function registerEditor(url: string): Promise<string> {
  const answer = await call(`${url}/admin/register-admin`, { method: 'POST', body: EDITOR });
  const { data }: { data: { token: string } } = JSON.parse(answer);
  return data.token;
}

async function call(
  url: string,
  {
    method,
    token,
    body,
  }: { readonly method: string; readonly token?: string; readonly body: object },
): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`${method} ${url} was answered with ${response.status}: ${text}`);
}

async function readIds(strapi: Core.Strapi): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const type of ['country', 'region'] as const) {
    const rows = await strapi.db.query(`api::${type}.${type}`).findMany();
    for (const { code, documentId } of rows) ids.set(`${type} ${code}`, documentId);
  }
  return ids;
}
