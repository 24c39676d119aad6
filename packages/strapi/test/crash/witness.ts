// What the database itself saw: its triggers write down each change of public content and each row of the
// outbox, in the transaction that made it. Imports nothing of ours.

/** Asks the database, past every gate. */
export type Query = (
  sql: string,
  bindings?: readonly (string | number)[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** A refresh that the edge has carried out. */
export interface SeenRefresh {
  readonly atMs: number;
  readonly tags: readonly string[];
}

const TABLES = { countries: 'country', languages: 'language', regions: 'region' };

/** A publish of a type with drafts is a new row; what only copies to other locales is an update. */
const WITNESS = `
CREATE TABLE witness (id BIGSERIAL PRIMARY KEY, tx BIGINT NOT NULL DEFAULT txid_current(),
  at_ms BIGINT NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
  kind TEXT NOT NULL, type TEXT, document TEXT, marks TEXT, tag TEXT);
CREATE FUNCTION witness_content() RETURNS trigger AS $$
DECLARE one RECORD;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN RETURN NULL; END IF;
  one := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  IF one.published_at IS NOT NULL THEN
    INSERT INTO witness (kind, type, document, marks)
    VALUES (lower(TG_OP), TG_ARGV[0], one.document_id, one.name || ' ' || one.code);
  END IF;
  RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE FUNCTION witness_row() RETURNS trigger AS $$
BEGIN
  INSERT INTO witness (kind, tag) VALUES ('row', NEW.tag);
  RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER witness AFTER INSERT ON freshtag_outbox FOR EACH ROW EXECUTE FUNCTION witness_row();
${Object.entries(TABLES)
  .map(
    ([table, type]) =>
      `CREATE TRIGGER witness AFTER INSERT OR UPDATE OR DELETE ON ${table}
       FOR EACH ROW EXECUTE FUNCTION witness_content('${type}');`,
  )
  .join('\n')}`;

/** Begins to write down. Strapi's tables are there. */
export async function installWitness(query: Query): Promise<void> {
  await query(WITNESS);
}

/** Rows and batches that have not come to their end. */
export async function countOpen(
  query: Query,
): Promise<{ readonly open: number; readonly parked: number }> {
  const [row] = await query(`SELECT
    (SELECT count(*) FROM freshtag_outbox WHERE state IN ('waiting', 'parked'))
    + (SELECT count(*) FROM freshtag_batch WHERE state IN ('passing', 'completing', 'parked')) AS open,
    (SELECT count(*) FROM freshtag_outbox WHERE state = 'parked')
    + (SELECT count(*) FROM freshtag_batch WHERE state = 'parked') AS parked`);
  return { open: Number(row?.['open']), parked: Number(row?.['parked']) };
}

export interface Judged {
  /** Transactions that changed public content. */
  readonly committed: number;
  readonly rows: number;
  readonly problems: readonly string[];
  readonly lastId: number;
}

/** Whether everything that was committed since has been refreshed. */
export async function judgeCommitted(
  query: Query,
  refreshes: readonly SeenRefresh[],
  afterId: number,
): Promise<Judged> {
  const seen = await query('SELECT * FROM witness WHERE id > ? ORDER BY id', [afterId]);
  const changes = seen.filter(({ kind }) => kind !== 'row');
  const rows = seen.filter(({ kind }) => kind === 'row');
  const tagsOf = new Map<unknown, Set<unknown>>();
  for (const { tx, tag } of rows) tagsOf.set(tx, (tagsOf.get(tx) ?? new Set()).add(tag));
  const problems: string[] = [];
  for (const { at_ms: atMs, document, kind, marks, tx, type } of changes) {
    const own = `${String(type)}:${String(document)}`;
    const what = `${String(kind)} of ${own} (${String(marks)}) in transaction ${String(tx)}`;
    // What the i18n plugin copies to other locales is written past every transaction.
    const isCopy = kind === 'update' && type === 'country';
    if (!isCopy && tagsOf.get(tx)?.has(own) !== true)
      problems.push(`lost: no row of its transaction for the ${what}`);
    const isOwn = (tag: string): boolean => tag === own || tag.startsWith(`${own}:`);
    if (!refreshes.some((call) => call.atMs >= Number(atMs) && call.tags.some(isOwn)))
      problems.push(`lost: no refresh after the ${what}`);
  }
  const unended = await query(`SELECT o.id AS id, o.tag AS tag, o.state AS state, b.state AS batch
    FROM freshtag_outbox o LEFT JOIN freshtag_batch b ON b.batch_id = o.batch_id
    WHERE o.state <> 'accepted' OR b.state IS NULL OR b.state NOT IN ('complete', 'settled')`);
  problems.push(...unended.map((row) => `lost: has not ended: ${JSON.stringify(row)}`));
  return {
    committed: new Set(changes.map(({ tx }) => tx)).size,
    rows: rows.length,
    problems: [...new Set(problems)],
    lastId: Number(seen.at(-1)?.['id'] ?? afterId),
  };
}

/** Which of these marks a committed change carries. */
export async function findMarks(
  query: Query,
  marks: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await query("SELECT marks FROM witness WHERE kind IN ('insert', 'update')");
  const written = new Set(rows.flatMap((row) => String(row['marks']).split(' ')));
  return new Set(marks.filter((mark) => written.has(mark)));
}
