import type { StrapiProcess } from './strapi-process.ts';

const AGE = [
  `UPDATE freshtag_outbox
    SET appended_at_ms = appended_at_ms - :durationMs, probed_at_ms = probed_at_ms - :durationMs`,
  `UPDATE freshtag_batch SET ended_at_ms = ended_at_ms - :durationMs, calls = (
    SELECT json_group_array(json_set(value, '$.atMs', value ->> '$.atMs' - :durationMs))
    FROM json_each(calls))`,
];

/** Makes all that has happened older; on SQLite. */
export async function ageHistory(
  { ask }: Pick<StrapiProcess, 'ask'>,
  durationMs: number,
): Promise<void> {
  for (const sql of AGE) await ask('query', { sql, bindings: { durationMs } });
}
