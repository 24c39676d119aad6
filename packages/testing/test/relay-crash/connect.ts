import createKnex, { type Knex } from 'knex';

/** How a process reaches the database. */
export type Connection =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres' | 'mysql'; readonly url: string };

export function connectKnex(kind: 'postgres' | 'mysql', url: string): Knex {
  const client = kind === 'postgres' ? 'pg' : 'mysql2';
  return createKnex({ client, connection: url, pool: { min: 0, max: 4 } });
}
