import type { DatabaseSync } from 'node:sqlite';

import { invalidOption } from '@freshtag/core';

const APPLICATION_ID = 0x66_74_65_31;
const VERSION = 2;

const SCHEMA = `
  CREATE TABLE objects (
    id INTEGER PRIMARY KEY,
    layer TEXT NOT NULL,
    head TEXT NOT NULL,
    tags TEXT NOT NULL,
    stored_after INTEGER NOT NULL,
    length_bytes INTEGER NOT NULL,
    flag TEXT CHECK (flag IN ('removed', 'expired'))
  ) STRICT;
  CREATE TABLE chunks (
    object_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (object_id, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE marks (
    layer TEXT NOT NULL,
    domain TEXT NOT NULL,
    tag TEXT NOT NULL,
    removed_by INTEGER NOT NULL,
    expired_by INTEGER NOT NULL,
    PRIMARY KEY (layer, domain, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pending (
    id INTEGER PRIMARY KEY,
    layer TEXT NOT NULL,
    refresh TEXT NOT NULL
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};
`;

/**
 * Opens the file that all caches of an edge share, for this process alone.
 *
 * @param layers the caches that there are now
 * @throws FreshtagError `INVALID_OPTION` for a file that another edge has open, that is not an edge's, or
 * that a newer version wrote
 */
export async function openSqliteFile(
  path: string,
  layers: readonly string[],
): Promise<DatabaseSync> {
  const { DatabaseSync: Database } = await import('node:sqlite');
  let database: DatabaseSync | undefined;
  try {
    database = new Database(path);
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;');
    database.exec('PRAGMA synchronous = NORMAL; BEGIN EXCLUSIVE;');
    const problem = prepare(database);
    if (problem === undefined) forgetOthers(database, layers);
    database.exec('COMMIT');
    if (problem === undefined) return database;
    throw invalidOption('cache.file', path, problem);
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errstr' in error)
      throw invalidOption('cache.file', path, `a file that can be opened (${error.message})`);
    throw error;
  }
}

/** A cache that is not there for one run hears of no refresh: what it had may not be served again. */
function forgetOthers(database: DatabaseSync, layers: readonly string[]): void {
  const known = JSON.stringify(layers);
  for (const table of ['objects', 'marks', 'pending'])
    database
      .prepare(`DELETE FROM ${table} WHERE layer NOT IN (SELECT value FROM json_each(?))`)
      .run(known);
  database.exec("DELETE FROM objects WHERE flag = 'removed'");
  database.exec('DELETE FROM chunks WHERE object_id NOT IN (SELECT id FROM objects)');
}

/** @returns what is wrong with the file */
function prepare(database: DatabaseSync): string | undefined {
  const idOf = (name: string): unknown => database.prepare(`PRAGMA ${name}`).get()?.[name];
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'];
  if (tables === 0) {
    database.exec(SCHEMA);
    return undefined;
  }
  if (idOf('application_id') !== APPLICATION_ID) return "a file of freshtag edge's, or a new one";
  if (idOf('user_version') === VERSION) return undefined;
  return `a file of version ${VERSION}; another version wrote this one: delete it, or name another`;
}
