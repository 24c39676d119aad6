import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import createKnex, { type Knex } from 'knex';

export type DatabaseKind = 'postgres' | 'mariadb' | 'sqlite';

/** A place of its own, gone after `drop`. */
export interface Database {
  readonly kind: DatabaseKind;
  /** URL, or the file. */
  readonly place: string;
  readonly drop: () => Promise<void>;
}

const SERVERS = {
  postgres: ['FRESHTAG_TEST_POSTGRES', 'postgres://root@127.0.0.1:5432/postgres'],
  mariadb: ['FRESHTAG_TEST_MYSQL', 'mysql://root@127.0.0.1:3306/mysql'],
} as const;

export async function createDatabase(kind: DatabaseKind): Promise<Database> {
  if (kind === 'sqlite') {
    const folder = await mkdtemp(join(tmpdir(), 'freshtag-bench-'));
    const drop = (): Promise<void> => rm(folder, { recursive: true, force: true });
    return { kind, place: join(folder, 'outbox.db'), drop };
  }
  const [variable, usual] = SERVERS[kind];
  const serverUrl = process.env[variable] ?? usual;
  const name = `freshtag_bench_${randomBytes(6).toString('hex')}`;
  await withKnex(kind, serverUrl, (knex) => knex.raw(`CREATE DATABASE ${name}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const force = kind === 'postgres' ? ' WITH (FORCE)' : '';
  const drop = async (): Promise<void> => {
    await withKnex(kind, serverUrl, (knex) => knex.raw(`DROP DATABASE ${name}${force}`));
  };
  return { kind, place: url.href, drop };
}

export async function withKnex<T>(
  kind: 'postgres' | 'mariadb',
  url: string,
  work: (knex: Knex) => Promise<T>,
): Promise<T> {
  const knex = createKnex({ client: kind === 'postgres' ? 'pg' : 'mysql2', connection: url });
  try {
    return await work(knex);
  } finally {
    await knex.destroy();
  }
}

/** What a crash of the machine may take, in the database's own words. */
export async function durabilityOf(kind: 'postgres' | 'mariadb'): Promise<string> {
  const [variable, usual] = SERVERS[kind];
  const names =
    kind === 'postgres'
      ? ['fsync', 'synchronous_commit']
      : ['innodb_flush_log_at_trx_commit', 'log_bin'];
  return withKnex(kind, process.env[variable] ?? usual, async (knex) => {
    const values = names.map(async (name) => {
      const sql = kind === 'postgres' ? `SHOW ${name}` : `SELECT @@${name} AS ${name}`;
      const answer: unknown = await knex.raw(sql);
      return `${name} ${firstValue(answer)}`;
    });
    return (await Promise.all(values)).join(', ');
  });
}

function firstValue(answer: unknown): string {
  const found = /"[a-z_]+":"?([^",}]+)/.exec(JSON.stringify(rowsOf(answer)));
  return found?.[1] ?? 'unknown';
}

function rowsOf(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer[0];
  return typeof answer === 'object' && answer !== null && 'rows' in answer ? answer.rows : answer;
}
