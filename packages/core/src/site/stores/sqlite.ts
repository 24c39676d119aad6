import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import { systemClock, type Clock } from '../../clock.ts';
import { FreshtagError, isFreshtagError } from '../../errors.ts';
import { decodeText, encodeText } from './encoding.ts';
import { stateConflict, stateUnavailable, type StateStore, type StoreSettings } from './store.ts';

export interface SqliteStoreOptions extends StoreSettings {
  /** The database. Made if there is none. */
  readonly file: string;
  /** Which state in it, such as `production/www.example.com`. */
  readonly key: string;
}

/** As SQLite numbers them: https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;
const SQLITE_CORRUPT = 11;

const WAIT_MS = 30_000;
const STEP_MS = 20;
const TABLE = `CREATE TABLE IF NOT EXISTS freshtag_state (
  key TEXT PRIMARY KEY, version INTEGER NOT NULL, state BLOB NOT NULL) STRICT`;

/**
 * A store in a SQLite database, by `node:sqlite`; one for many sites. The whole of a write is one
 * transaction, so it is there or not, also when the process is killed.
 */
export function createSqliteStore({
  file,
  key,
  clock = systemClock,
}: SqliteStoreOptions): StateStore {
  const name = `${file} (${key})`;
  const work = <T>(
    signal: AbortSignal | undefined,
    run: (database: DatabaseSync) => T,
  ): Promise<T> => withDatabase({ file, name, clock, signal }, run);
  return {
    name,
    guarantee: 'compare-and-set',
    outlastsMachine: false,
    read: async ({ signal } = {}) => {
      signal?.throwIfAborted();
      // To open it would make it, and whoever only looks must leave nothing behind.
      if (!existsSync(file)) return undefined;
      const row = await work(signal, (database) =>
        database.prepare('SELECT version, state FROM freshtag_state WHERE key = ?').get(key),
      );
      if (row === undefined) return undefined;
      const { version, state } = row;
      const bytes = state instanceof Uint8Array ? state : new Uint8Array();
      return { text: await decodeText(bytes, name), version: String(version) };
    },
    write: async (text, { expected, signal }) => {
      const bytes = await encodeText(text, name);
      const version = expected === undefined ? 1 : Number(expected) + 1;
      const changes = await work(signal, (database) =>
        expected === undefined
          ? database
              .prepare('INSERT INTO freshtag_state VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
              .run(key, version, bytes).changes
          : database
              .prepare(
                'UPDATE freshtag_state SET version = ?, state = ? WHERE key = ? AND version = ?',
              )
              .run(version, bytes, key, Number(expected)).changes,
      );
      if (Number(changes) === 0) throw stateConflict(name);
      return String(version);
    },
  };
}

interface DatabaseUse {
  readonly file: string;
  readonly name: string;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** Opened for each use: a database that is kept open would keep its file locked for others on some systems. */
async function withDatabase<T>(use: DatabaseUse, run: (database: DatabaseSync) => T): Promise<T> {
  const { clock, signal, name } = use;
  const { DatabaseSync: Database } = await import('node:sqlite');
  const deadlineMs = clock.now() + WAIT_MS;
  for (;;) {
    signal?.throwIfAborted();
    try {
      mkdirSync(dirname(use.file), { recursive: true });
      // SQLite's own waiting would stop the whole process, so it does not wait.
      using database = new Database(use.file, { timeout: 0 });
      database.exec(TABLE);
      return run(database);
    } catch (error) {
      if (isFreshtagError(error)) throw error;
      if (!isBusy(error)) throw unusable(use, error);
      if (clock.now() >= deadlineMs)
        throw stateUnavailable(name, `another program has locked the database for ${WAIT_MS} ms`);
      await clock.sleep(STEP_MS + Math.random() * STEP_MS, signal);
    }
  }
}

function codeOf(error: unknown): number {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  // Without what SQLite adds to tell kinds of one error apart.
  return code & 0xff;
}

function isBusy(error: unknown): boolean {
  return codeOf(error) === SQLITE_BUSY;
}

function unusable({ file }: DatabaseUse, cause: unknown): FreshtagError {
  const why = cause instanceof Error ? cause.message : 'unknown reason';
  if ([SQLITE_NOTADB, SQLITE_CORRUPT].includes(codeOf(cause))) {
    return new FreshtagError(
      'FILE_UNUSABLE',
      `${file} cannot be used as an edge state: it is no SQLite database, or damaged (${why}). It was left as it is. Restore it from a backup, or name another file.`,
      { cause },
    );
  }
  return new FreshtagError(
    'FILE_INACCESSIBLE',
    `${file} cannot be opened as a SQLite database (${why}). Check the path and its permissions.`,
    { cause },
  );
}
