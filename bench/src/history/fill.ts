import type { Knex } from 'knex';

/** What stands in the history, for the questions. */
export interface Filled {
  readonly rows: number;
  readonly changes: number;
  readonly batches: number;
  /** The entry that was changed most, and one that was changed once. */
  readonly hot: string;
  readonly cold: string;
  readonly beginMs: number;
  readonly endMs: number;
  /** Of the change that is 20,000 back, which is page 1,000. */
  readonly deep: string;
}

const ENTRIES = 20_000;
const DAYS = 30;
const DAY_MS = 86_400_000;
/** Tags of a change; each is there for two targets. */
const TAGS = 4;
/** Rows of a stage in one call. */
const ROWS_A_BATCH = 48;

/** Numbers that are as if random, and the same each time. */
const chance = (number: string, salt: number): string =>
  `(abs(hashint8(${number}::bigint * 31 + ${salt})) % 1000000 / 1000000.0)`;

const name = (number: string): string => `('hist' || lpad((${number})::text, 20, '0'))`;

/**
 * Changes of thirty days by 52 users, of 20,000 entries of which few are changed often: as two targets, one
 * after the other, leave them. The cloud reports how most calls end, and of half of the entries it was looked
 * at the edge. Of what is not usual there is some, at certain times.
 */
export async function fillHistory(knex: Knex, rows: number): Promise<Filled> {
  const changes = Math.round(rows / TAGS / 2);
  const endMs = Date.now() - 60_000;
  const beginMs = endMs - DAYS * DAY_MS;
  await insertEntries(knex);
  const atMs = `(${beginMs} + n * ${DAYS * DAY_MS}::bigint / ${changes})`;
  await knex.raw(
    `CREATE TEMPORARY TABLE change AS SELECT n, ${atMs} AS at,
      lpad(pg_temp.to_base36_of(${atMs}), 9, '0') || '000' || lpad(pg_temp.to_base36_of(n), 6, '0') AS id,
      floor(power(${chance('n', 1)}, 3) * ${ENTRIES})::bigint AS entry,
      floor(power(${chance('n', 2)}, 2) * 50)::bigint AS editor, ${chance('n', 3)} AS who
    FROM generate_series(1, ${changes}) AS n`,
  );
  for (const [environment, domain, offset] of [
    ['production', 'api.example.com', 0],
    ['production/www', 'www.example.com', 1],
  ] as const) {
    await insertRows(knex, { environment, domain, offset });
    await insertBatches(knex, { environment, domain, changes });
  }
  await knex.raw('VACUUM ANALYZE freshtag_outbox, freshtag_batch');
  return describe(knex, { beginMs, endMs });
}

async function insertEntries(knex: Knex): Promise<void> {
  await knex.raw(`CREATE OR REPLACE FUNCTION pg_temp.to_base36_of(given bigint) RETURNS text AS $$
    DECLARE rest bigint := given; text text := '';
    BEGIN
      WHILE rest > 0 LOOP
        text := substr('0123456789abcdefghijklmnopqrstuvwxyz', (rest % 36)::int + 1, 1) || text;
        rest := rest / 36;
      END LOOP;
      RETURN text;
    END $$ LANGUAGE plpgsql IMMUTABLE`);
  await knex.raw(
    `INSERT INTO currencies (document_id, name, code, published_at, created_at, updated_at)
    SELECT ${name('n')}, 'Currency ' || n, 'c' || n, published, now(), now()
    FROM generate_series(0, ${ENTRIES - 1}) AS n, (VALUES (NULL::timestamp), (now()::timestamp)) AS version (published)`,
  );
}

interface Stage {
  readonly environment: string;
  readonly domain: string;
}

async function insertRows(
  knex: Knex,
  { environment, domain, offset }: Stage & { readonly offset: number },
): Promise<void> {
  await knex.raw(
    `INSERT INTO freshtag_outbox (environment, domain, tag, forced, subject, actor, reason, change_id,
      appended_at_ms, state, batch_id)
    SELECT '${environment}', '${domain}', tag, 1, 'api::currency.currency:' || ${name('entry')},
      CASE WHEN who < 0.3 THEN 'system' WHEN who < 0.301 THEN 'token:1' ELSE 'editor:' || editor END,
      CASE WHEN who < 0.8 THEN 'publish' ELSE 'update' END, id, at + ${offset}, 'accepted',
      '${domain}-' || (n * ${TAGS} / ${ROWS_A_BATCH})
    FROM change, LATERAL (VALUES ('currency:' || ${name('entry')}), ('currency'),
      ('country:' || ${name('entry % 300')}), ('country:' || ${name('entry % 300')} || ':en')) AS tags (tag)
    ORDER BY n`,
  );
}

/** Those of three passes, as JSON in SQL. */
function calls(state: string): string {
  return `jsonb_build_array(
    jsonb_build_object('pass', 1, 'atMs', at, 'requestId', gen_random_uuid(), 'taskIds', jsonb_build_array(at::text), 'waitedMs', 30000, 'ending', ${state}),
    jsonb_build_object('pass', 2, 'atMs', at + 60000, 'requestId', gen_random_uuid(), 'taskIds', jsonb_build_array((at + 1)::text), 'waitedMs', 30000, 'ending', ${state}),
    jsonb_build_object('pass', 3, 'atMs', at + 120000, 'requestId', gen_random_uuid(), 'taskIds', jsonb_build_array((at + 2)::text), 'waitedMs', 30000, 'ending', ${state}))::text`;
}

async function insertBatches(
  knex: Knex,
  { environment, domain, changes }: Stage & { readonly changes: number },
): Promise<void> {
  await knex.raw(
    `INSERT INTO freshtag_batch (environment, batch_id, domain, forced, tags, state, pass, attempts, calls,
      row_total, held_from_ms, held_until_ms, ended_at_ms)
    SELECT '${environment}', batch, '${domain}', 1, tags, state, 3, 0, ${calls('state')}, total, 0, 0, at + 180000
    FROM (SELECT '${domain}-' || (n * ${TAGS} / ${ROWS_A_BATCH}) AS batch, count(*) * ${TAGS} AS total, max(at) AS at,
        CASE WHEN ${chance('max(n)', 4)} < 0.2 THEN 'settled' ELSE 'complete' END AS state,
        json_agg('currency:' || ${name('entry')})::text AS tags
      FROM change GROUP BY 1) AS batches`,
  );
  await mark(knex, { environment, domain, changes });
}

function problem(code: string): string {
  return `problem_code = '${code}', problem_message = 'What the cloud said of it, in a sentence.', problem_at_ms = 1`;
}

/** What is not usual: some changes that have not ended, failed, were given up, or were looked at. */
async function mark(
  knex: Knex,
  { environment, domain, changes }: Stage & { readonly changes: number },
): Promise<void> {
  const batchesOf = (from: number, to: number): string =>
    `batch_id IN (SELECT '${domain}-' || (n * ${TAGS} / ${ROWS_A_BATCH}) FROM change
      WHERE n BETWEEN ${Math.round(changes * from)} AND ${Math.round(changes * to)})`;
  const rowsOf = (from: number, to: number): string =>
    `environment = '${environment}' AND change_id IN (SELECT id FROM change
      WHERE n BETWEEN ${Math.round(changes * from)} AND ${Math.round(changes * to)})`;
  const setBatches = (span: readonly [number, number], set: string): Promise<unknown> =>
    knex.raw(
      `UPDATE freshtag_batch SET ${set} WHERE environment = '${environment}' AND ${batchesOf(...span)}`,
    );
  const setRows = (span: readonly [number, number], set: string): Promise<unknown> =>
    knex.raw(`UPDATE freshtag_outbox SET ${set} WHERE ${rowsOf(...span)}`);
  const open = 'ended_at_ms = NULL';
  await setBatches([0.997, 0.9985], `state = 'completing', ${open}`);
  await setBatches([0.9985, 0.999], `state = 'passing', ${open}, ${problem('CLOUD_BUSY')}`);
  await setRows(
    [0.999, 0.9995],
    `state = 'waiting', batch_id = NULL, ${problem('QUOTA_EXCEEDED')}`,
  );
  await setRows([0.9995, 1], `state = 'waiting', batch_id = NULL`);
  await setRows([0.6, 0.6005], `state = 'parked', batch_id = NULL, ${problem('DOMAIN_REFUSED')}`);
  await setBatches([0.4, 0.4005], `state = 'parked', ${open}, ${problem('FORBIDDEN')}`);
  await setBatches([0.2, 0.2005], `state = 'discarded', ${problem('FORBIDDEN')}`);
  await knex.raw(
    `UPDATE freshtag_outbox SET probed_at_ms = appended_at_ms + 200000
    WHERE environment = '${environment}' AND right(subject, 1) IN ('0', '1', '2', '3', '4') AND state = 'accepted'`,
  );
  await setRows(
    [0.8, 0.8003],
    `probe_problem = 'The edge still serves an old copy of https://www.example.com/.'`,
  );
  await knex.raw(
    `DELETE FROM freshtag_batch AS batch WHERE environment = '${environment}' AND NOT EXISTS (
      SELECT 1 FROM freshtag_outbox AS entry WHERE entry.batch_id = batch.batch_id)`,
  );
}

async function describe(knex: Knex, span: Pick<Filled, 'beginMs' | 'endMs'>): Promise<Filled> {
  const one = async (sql: string): Promise<Readonly<Record<string, unknown>>> => {
    const { rows }: { readonly rows: readonly Readonly<Record<string, unknown>>[] } =
      await knex.raw(sql);
    return rows[0] ?? {};
  };
  const bySubject = `SELECT subject FROM freshtag_outbox GROUP BY subject ORDER BY count(*)`;
  const deep =
    'SELECT DISTINCT change_id FROM freshtag_outbox ORDER BY change_id DESC OFFSET 19980 LIMIT 1';
  return {
    ...span,
    rows: Number((await one('SELECT count(*) AS total FROM freshtag_outbox'))['total']),
    changes: Number((await one('SELECT count(*) AS total FROM change'))['total']),
    batches: Number((await one('SELECT count(*) AS total FROM freshtag_batch'))['total']),
    hot: idOf(await one(`${bySubject} DESC LIMIT 1`)),
    cold: idOf(await one(`${bySubject} LIMIT 1`)),
    deep: String((await one(deep))['change_id']),
  };
}

function idOf({ subject }: Readonly<Record<string, unknown>>): string {
  return String(subject).split(':').at(-1) ?? '';
}
