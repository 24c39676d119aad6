/** Which SQL a database understands. MariaDB is `mysql`. */
export type SqlDialect = 'postgres' | 'mysql' | 'sqlite';

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, unknown>>;

export interface SqlResult {
  readonly rows: readonly SqlRow[];
  /** How many rows were changed; in SQLite only where nothing is returned. */
  readonly changes: number;
}

/** Where one statement is sent: a connection, or a transaction. Bindings stand for each `?`. */
export interface SqlLink {
  query(sql: string, bindings?: readonly SqlValue[]): Promise<SqlResult>;
}

/** All that the store needs of a database. Errors are those of the driver. */
export interface SqlConnection extends SqlLink {
  readonly dialect: SqlDialect;
  /** For people, without address and secret. */
  readonly name: string;
  /** In MySQL and PostgreSQL each statement sees what was committed before it. */
  transaction<T>(run: (link: SqlLink) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
