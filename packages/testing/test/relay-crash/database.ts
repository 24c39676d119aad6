// The database under test, as the origin and the checker read it: without anything of ours.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { createDatabase } from '../../src/index.ts';
import type { Connection } from './connect.ts';
import { PAGES } from './site.ts';

export type StoreKind = 'sqlite' | 'postgres' | 'mysql';
type Row = Readonly<Record<string, string | number | null>>;

export interface CrashDatabase {
  readonly kind: StoreKind;
  /** Of the server, for gates before it. */
  readonly upstream: { readonly host: string; readonly port: number } | undefined;
  /** How a process reaches it, through the gate at this port. */
  connection(gatePort: number | undefined): Connection;
  query(sql: string, bindings?: readonly (string | number)[]): Promise<Row[]>;
  readonly close: () => Promise<void>;
}

/** A database with content, and nothing of the outbox. @returns `undefined` where there is no server */
export async function openDatabase(kind: StoreKind): Promise<CrashDatabase | undefined> {
  const database = kind === 'sqlite' ? openSqlite() : await openServer(kind);
  if (database === undefined) return undefined;
  await database.query(
    'CREATE TABLE content (path VARCHAR(64) PRIMARY KEY, version INTEGER NOT NULL, tags VARCHAR(255) NOT NULL)',
  );
  await database.query('CREATE TABLE committed (tx VARCHAR(64) PRIMARY KEY, tags TEXT NOT NULL)');
  for (const { path, tags } of PAGES)
    await database.query('INSERT INTO content VALUES (?, 1, ?)', [path, tags.join(',')]);
  return database;
}

function openSqlite(): CrashDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'freshtag-crash-'));
  const file = join(folder, 'content.db');
  const database = new DatabaseSync(file, { timeout: 10_000 });
  database.exec('PRAGMA journal_mode = WAL');
  return {
    kind: 'sqlite',
    upstream: undefined,
    connection: () => ({ kind: 'sqlite', file }),
    query: async (sql, bindings = []) => database.prepare(sql).all(...bindings) as Row[],
    close: async () => {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openServer(kind: 'postgres' | 'mysql'): Promise<CrashDatabase | undefined> {
  const server = await createDatabase(kind);
  if (server === undefined) return undefined;
  const knex = server.connect();
  const url = new URL(server.url);
  return {
    kind,
    upstream: { host: url.hostname, port: Number(url.port) },
    connection: (gatePort) => {
      const gated = new URL(url);
      gated.host = `127.0.0.1:${gatePort ?? url.port}`;
      return { kind, url: gated.href };
    },
    query: async (sql, bindings = []) => rowsOf(await knex.raw(sql, [...bindings])),
    close: server.drop,
  };
}

function rowsOf(answer: unknown): Row[] {
  const [rows] = Array.isArray(answer) ? answer : [(answer as { rows?: Row[] }).rows];
  return Array.isArray(rows) ? rows : [];
}
