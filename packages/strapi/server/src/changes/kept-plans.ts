import { createHash } from 'node:crypto';

import type { Core } from '@strapi/strapi';

import type { Transaction } from './public-state.ts';

/** A connection of `pg`. */
interface Connection {
  /** Of the server's process, as it was told when the connection was opened. */
  readonly processID?: number | undefined;
}

/** Of knex, not sent yet. */
interface Statement<Rows> extends PromiseLike<Rows> {
  options(options: { readonly name: string }): PromiseLike<Rows>;
}

const keeping = new WeakSet<Core.Strapi['db']>();

/**
 * Finds out whether a statement that is given a name stays where it was sent. PostgreSQL keeps the plan of
 * one that has a name, and a pooler before it may send the next transaction to another process that has
 * never heard of it. A pooler says a number of its own for the process.
 * @see https://www.postgresql.org/docs/current/sql-prepare.html
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html BackendKeyData
 */
export async function findOutWhetherPlansAreKept({ db }: Core.Strapi): Promise<void> {
  const { client } = db.connection;
  if (client.dialect !== 'postgresql') return;
  try {
    if (await isTheOneThatGreeted(db)) keeping.add(db);
  } catch {
    // Without names it takes longer, and is as right.
  }
}

async function isTheOneThatGreeted({ connection: knex }: Core.Strapi['db']): Promise<boolean> {
  const connection: Connection = await knex.client.acquireConnection();
  try {
    const asked = knex.raw('SELECT pg_backend_pid() AS pid').connection(connection);
    const { rows }: { readonly rows: readonly { readonly pid: number }[] } = await asked;
    return rows[0]?.pid === connection.processID;
  } finally {
    await knex.client.releaseConnection(connection);
  }
}

/** Of PostgreSQL, about names of statements: there is none, there is one already. */
const NAME_ERRORS: ReadonlySet<unknown> = new Set(['26000', '42P05']);

/**
 * A plan that was made while tables were small reads the whole of them. That they grow is told by statistics,
 * which never know of what one transaction has written so far: an import, say.
 */
export const MOST_IN_ONE_TRANSACTION = 500;

const sentIn = new WeakMap<Transaction, number>();

/** Sends a statement under a name where that is found to be kept, until it is found that it is not. */
export async function withKeptPlan<Rows>(
  { strapi: { db }, trx }: { readonly strapi: Core.Strapi; readonly trx: Transaction },
  statement: Statement<Rows>,
  name: string,
): Promise<Rows> {
  const sent = sentIn.get(trx) ?? 0;
  if (!keeping.has(db) || sent >= MOST_IN_ONE_TRANSACTION) return statement;
  sentIn.set(trx, sent + 1);
  try {
    return await statement.options({ name });
  } catch (error) {
    const { code }: { readonly code?: unknown } = Object(error);
    // A pooler has come between since.
    if (NAME_ERRORS.has(code)) keeping.delete(db);
    throw error;
  }
}

/** The same for the same statement alone: `pg` refuses another one under a name that it has sent. */
export function nameOf(sql: string): string {
  return `freshtag_${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`;
}
