import { join } from 'node:path';

import { createDatabase as createServerDatabase } from '@freshtag/testing';

/** MariaDB is a `mysql`. */
export type DatabaseKind = 'sqlite' | 'postgres' | 'mysql';

/** A database of its own. */
export interface TestDatabase {
  /** What the app's configuration reads. */
  readonly env: Readonly<Record<string, string>>;
  readonly drop: () => Promise<void>;
}

/**
 * Makes an empty database.
 * @param folder where a SQLite file may be
 * @returns `undefined` where there is no such server, which is an error in CI
 */
export async function createDatabase(
  kind: DatabaseKind,
  folder: string,
): Promise<TestDatabase | undefined> {
  if (kind === 'sqlite') {
    const env = { DATABASE_CLIENT: kind, DATABASE_FILENAME: join(folder, 'data.db') };
    return { env, drop: async () => {} };
  }
  const database = await createServerDatabase(kind);
  if (database === undefined) return undefined;
  const url = new URL(database.url);
  return {
    env: {
      DATABASE_CLIENT: kind,
      DATABASE_HOST: url.hostname,
      DATABASE_PORT: url.port || (kind === 'postgres' ? '5432' : '3306'),
      DATABASE_NAME: url.pathname.slice(1),
      DATABASE_USERNAME: decodeURIComponent(url.username),
      DATABASE_PASSWORD: decodeURIComponent(url.password),
    },
    drop: database.drop,
  };
}
