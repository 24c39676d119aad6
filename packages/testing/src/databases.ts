import { randomBytes } from 'node:crypto';

import createKnex, { type Knex } from 'knex';

/** MariaDB is a `mysql`. */
export type ServerKind = 'postgres' | 'mysql';

/** A database of its own on a real server. */
export interface TestDatabase {
  readonly kind: ServerKind;
  readonly url: string;
  /** An instance of knex with its own connections. All are ended by `drop`. */
  readonly connect: (settings?: Partial<Knex.Config>) => Knex;
  readonly drop: () => Promise<void>;
}

const SERVERS: Readonly<Record<ServerKind, readonly [variable: string, url: string]>> = {
  postgres: ['FRESHTAG_TEST_POSTGRES', 'postgres://root@127.0.0.1:5432/test'],
  mysql: ['FRESHTAG_TEST_MYSQL', 'mysql://root@127.0.0.1:3306/test'],
};

/**
 * Makes a database on the server of this kind.
 *
 * @returns `undefined` where there is no server, which is an error in CI
 */
export async function createDatabase(kind: ServerKind): Promise<TestDatabase | undefined> {
  const [variable, usual] = SERVERS[kind];
  const serverUrl = process.env[variable] ?? usual;
  const server = knexFor(kind, serverUrl);
  const name = `freshtag_${randomBytes(6).toString('hex')}`;
  try {
    await server.raw(`CREATE DATABASE ${name}`);
  } catch (error) {
    await server.destroy();
    const what = `no ${kind} server: set ${variable}, or start one at ${usual}`;
    if (process.env['CI'] !== undefined) throw new Error(what, { cause: error });
    process.stderr.write(`\nSKIPPED, ${what}\n${String(error)}\n\n`);
    return undefined;
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const opened: Knex[] = [];
  return {
    kind,
    url: url.href,
    connect: (settings) => {
      const knex = knexFor(kind, url.href, settings);
      opened.push(knex);
      return knex;
    },
    drop: async () => {
      await Promise.all(opened.map((knex) => knex.destroy()));
      await server.raw(`DROP DATABASE ${name}${kind === 'postgres' ? ' WITH (FORCE)' : ''}`);
      await server.destroy();
    },
  };
}

function knexFor(kind: ServerKind, url: string, settings: Partial<Knex.Config> = {}): Knex {
  const client = kind === 'postgres' ? 'pg' : 'mysql2';
  return createKnex({ client, connection: url, pool: { min: 0, max: 4 }, ...settings });
}
