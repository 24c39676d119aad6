import { FreshtagError, isFreshtagError } from '../../errors.ts';
import { toPrintable } from '../../printable.ts';

/** The database has undone the whole transaction. */
const GIVEN_UP = /^(40001|40P01|ER_LOCK_DEADLOCK|ER_CHECKREAD)$/;

/** What may pass. Codes of PostgreSQL, MySQL, SQLite, of connections, and the name of knex's own. */
const PASSES: readonly (readonly [codes: RegExp, why: string])[] = [
  [/^(SQLITE_BUSY|SQLITE_LOCKED|sqlite 5$|sqlite 6$)/, 'another program has locked the database'],
  [GIVEN_UP, 'the transaction was given up in favour of another'],
  [/^(55P03|ER_LOCK_WAIT_TIMEOUT|ER_LOCK_NOWAIT)$/, 'a lock was not to be had in time'],
  [
    /^(57014|ER_QUERY_INTERRUPTED|ER_QUERY_TIMEOUT|ER_STATEMENT_TIMEOUT|KnexTimeoutError|ETIMEDOUT|25P03)$/,
    'it did not answer in time, or no connection was free',
  ],
  [/^(53300|ER_CON_COUNT_ERROR|ER_TOO_MANY_USER_CONNECTIONS)$/, 'it has too many connections'],
  [
    /^(08...|57P0[1-5]|ECONN[A-Z]+|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|PROTOCOL_[A-Z_]+|ER_SERVER_SHUTDOWN|ER_CONNECTION_KILLED|connection)$/,
    'it cannot be reached, or the connection was lost',
  ],
];

/** What only a person can mend. */
const STANDS: readonly (readonly [codes: RegExp, why: string])[] = [
  [
    /^(42P01|3F000|ER_NO_SUCH_TABLE|no such table)$/,
    'its tables are missing. Call migrate() once before anything else',
  ],
  [
    /^(42703|ER_BAD_FIELD_ERROR|no such column)$/,
    'its tables are of another release. Call migrate() once before anything else',
  ],
  [
    /^(ended|25P02|25P01|25000)$/,
    'the transaction has ended or failed before. Append before its end, and begin a new one',
  ],
  [
    /^(25006|ER_OPTION_PREVENTS_STATEMENT|ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION|ER_READ_ONLY_MODE|SQLITE_READONLY.*|sqlite 8)$/,
    'it may only be read. Connect to the server that takes writes, and check the rights of its file',
  ],
  [
    /^(53100|ER_DISK_FULL|ER_RECORD_FILE_FULL|ENOSPC|SQLITE_FULL|sqlite 13)$/,
    'its disk is full. Make room',
  ],
  [
    /^(42501|28...|ER_[A-Z_]*ACCESS_DENIED[A-Z_]*|SQLITE_PERM|SQLITE_AUTH|sqlite 3|sqlite 23)$/,
    'it refuses the user: check the name, the password and the rights',
  ],
  [/^(SQLITE_CANTOPEN.*|sqlite 14)$/, 'its file cannot be opened. Check the path and its rights'],
  [
    /^(SQLITE_NOTADB|SQLITE_CORRUPT.*|sqlite 26|sqlite 11)$/,
    'its file is no SQLite database, or damaged. It was left as it is: restore it from a backup',
  ],
  [
    /^(ER_NET_PACKET_TOO_LARGE|54000)$/,
    'these are too many rows for one statement. Append them in parts, or raise max_allowed_packet',
  ],
];

/** Of two dozen at work on the same rows, the unluckiest was given up five times. */
const MOST_TRIES = 10;

/** Runs a transaction, and anew if it was given up in favour of another: that one is over by then, or goes on. */
export async function insist<T>(run: () => Promise<T>, tries: number = MOST_TRIES): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const isGivenUp = codesOf(error).some((code) => GIVEN_UP.test(code));
    if (!isGivenUp || tries === 1) throw error;
    return insist(run, tries - 1);
  }
}

/** A driver's error as one of freshtag's; its message has nothing of an address or a binding. */
export function outboxError(name: string, cause: unknown): FreshtagError {
  if (isFreshtagError(cause)) return cause;
  const codes = codesOf(cause);
  const [, passing] = PASSES.find(([known]) => codes.some((code) => known.test(code))) ?? [];
  if (passing !== undefined)
    return new FreshtagError(
      'OUTBOX_UNAVAILABLE',
      `The outbox, ${name}, is not available: ${passing} (${codes[0]}). Nothing was changed. Try again; a relay does so by itself.`,
      { cause, recovery: 'retry' },
    );
  const [, standing] = STANDS.find(([known]) => codes.some((code) => known.test(code))) ?? [];
  const why = standing ?? `${sayingOf(cause)}. Look it up in the database’s documentation`;
  return new FreshtagError(
    'OUTBOX_REFUSED',
    `The outbox, ${name}, refused: ${why} (${codes[0] ?? 'no code'}). Nothing was changed.`,
    { cause },
  );
}

/** What drivers say, without a code, of a connection that is gone: pg, mysql2. */
const LOST_CONNECTION =
  /connection (terminated|ended|lost|is closed)|connection error|not queryable|client was closed|in closed state/i;

/** All names that the error goes by, the most telling first. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const codes: string[] = [];
  if ('errcode' in error) codes.push(`sqlite ${Number(error.errcode) & 0xff}`);
  if (error.message.includes('no such table')) codes.push('no such table');
  if (error.message.includes('no such column')) codes.push('no such column');
  if (/transaction query already complete/i.test(error.message)) codes.push('ended');
  if (LOST_CONNECTION.test(error.message)) codes.push('connection');
  if ('code' in error && typeof error.code === 'string') codes.push(error.code);
  if (error.name === 'KnexTimeoutError') codes.push(error.name);
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  return [...codes, ...inner];
}

/** What the driver says, without the statement and its values, which knex puts before it. */
function sayingOf(error: unknown): string {
  if (!(error instanceof Error)) return 'for a reason that it does not give';
  const saying = error.message.split(' - ').at(-1) ?? '';
  return toPrintable(saying.replaceAll(/\/\/[^\s/]*@/g, '//***@'), 200);
}
