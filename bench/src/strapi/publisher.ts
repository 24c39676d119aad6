import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { heard, script } from '../child.ts';
import { createDatabase, withKnex } from '../relay/databases.ts';

const ATLAS = fileURLToPath(new URL('../../../apps/atlas-cms', import.meta.url));

/** What one call of the document service took. */
export interface Cost {
  readonly wallMs: number;
  /** Of the server’s process: what a busy machine does not lengthen. */
  readonly cpuMs: number;
  readonly statements: number;
  readonly commits: number;
}

export interface Published {
  readonly update: Cost;
  readonly publish: Cost;
  /** An editor's, from the request to its answer: it saves the draft and publishes it. */
  readonly request: Cost;
}

/** A Strapi in a process of its own, full of countries. */
export interface Publisher {
  readonly countries: () => Promise<readonly string[]>;
  readonly publish: (documentId: string, name: string) => Promise<Published>;
  readonly bulk: (count: number) => Promise<Cost>;
  /** Whether nothing is to be refreshed any more. */
  readonly isDrained: () => Promise<boolean>;
}

type Environment = Readonly<Record<string, string>>;

export interface Publishers {
  readonly ours: Publisher;
  readonly theirs: Publisher;
  readonly close: () => Promise<void>;
}

/** With the plugin and without, on copies of one database with the whole atlas, or on two empty ones. */
export async function openPublishers(
  database: 'postgres' | 'sqlite',
  {
    isEmpty = false,
    relay,
  }: {
    readonly isEmpty?: boolean;
    /** Its options besides the defaults. */
    readonly relay: object;
  },
): Promise<Publishers> {
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  execFileSync('pnpm', ['run', 'compile'], { cwd: ATLAS, stdio: [...stdio] });
  const ends: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const [our, their] = await (database === 'sqlite'
      ? copiesOfFile(ends)
      : onServer(ends, isEmpty));
    const ours = await start({ ...our, FRESHTAG: JSON.stringify(relay) }, ends);
    return { ours, theirs: await start(their, ends), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function copiesOfFile(ends: (() => unknown)[]): Promise<readonly [Environment, Environment]> {
  const folder = mkdtempSync(join(tmpdir(), 'freshtag-bench-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): Record<'DATABASE_CLIENT' | 'DATABASE_FILENAME', string> => ({
    DATABASE_CLIENT: 'sqlite',
    DATABASE_FILENAME: join(folder, `${name}.db`),
  });
  const [one, other] = [at('with'), at('without')];
  await fill(one, ends);
  copyFileSync(one.DATABASE_FILENAME, other.DATABASE_FILENAME);
  return [one, other];
}

async function onServer(
  ends: (() => unknown)[],
  isEmpty: boolean,
): Promise<readonly [Environment, Environment]> {
  const [one, other] = [await createDatabase('postgres'), await createDatabase('postgres')];
  ends.push(one.drop, other.drop);
  const environments = [environmentOf(one.place), environmentOf(other.place)] as const;
  if (isEmpty) return environments;
  await fill(environments[0], ends);
  // As on a server that has had its data for a minute: till then, it plans without knowing them.
  await withKnex('postgres', one.place, (knex) => knex.raw('ANALYZE'));
  const server = new URL(one.place);
  const [from, to] = [one.place, other.place].map((place) => new URL(place).pathname.slice(1));
  server.pathname = '/postgres';
  await withKnex('postgres', server.href, async (knex) => {
    await knex.raw(`DROP DATABASE ${to}`);
    // Connections of a process that has ended may be there for a moment.
    const others = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?';
    await knex.raw(others, [from ?? '']);
    await knex.raw(`CREATE DATABASE ${to} TEMPLATE ${from}`);
  });
  return environments;
}

function environmentOf(place: string): Environment {
  const { hostname, password, pathname, port, username } = new URL(place);
  return {
    DATABASE_CLIENT: 'postgres',
    DATABASE_HOST: hostname,
    DATABASE_PORT: port === '' ? '5432' : port,
    DATABASE_NAME: pathname.slice(1),
    DATABASE_USERNAME: decodeURIComponent(username),
    DATABASE_PASSWORD: decodeURIComponent(password),
  };
}

async function fill(environment: Environment, ends: (() => unknown)[]): Promise<void> {
  const child = launch(environment, ends);
  await heard(child);
  child.send({ fill: true });
  const [code]: unknown[] = await once(child, 'exit');
  if (code !== 0) throw new Error('the atlas was not filled');
}

function launch(environment: Environment, ends: (() => unknown)[]): ChildProcess {
  const child = fork(script('strapi-publisher.mjs'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      // Strapi's own use of pg is deprecated.
      NODE_NO_WARNINGS: '1',
      STRAPI_TELEMETRY_DISABLED: 'true',
      ...environment,
    },
  });
  ends.push(() => void child.kill('SIGKILL'));
  return child;
}

async function start(environment: Environment, ends: (() => unknown)[]): Promise<Publisher> {
  const child = launch(environment, ends);
  await heard(child);
  // oxlint-disable-next-line typescript/no-explicit-any -- a process of the bench's own
  const ask = async (asked: object): Promise<any> => {
    child.send(asked);
    return heard(child);
  };
  return {
    countries: () => ask({ countries: true }),
    publish: async (documentId, name) => ({
      ...(await ask({ publish: documentId, name })),
      request: await ask({ request: documentId, name: `${name}, again` }),
    }),
    bulk: (bulk) => ask({ bulk }),
    isDrained: () => ask({ drained: true }),
  };
}
