import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

import { openPanel, type Answered, type Panel } from './history/panel.ts';
import { questionsOf } from './history/questions.ts';
import { machine } from './machine.ts';
import { table } from './table.ts';

const RESULTS = new URL('../results/', import.meta.url);
const ATLAS = fileURLToPath(new URL('../../apps/atlas-cms', import.meta.url));
const ROWS = 1_000_000;
const WARM_UP = 2;
/** What every question shall take at most, in the database. */
const LIMIT_MS = 100;
/** Statements that take longer are kept with their plans. */
const PLAN_MS = 10;

interface Row {
  readonly name: string;
  readonly path: string;
  readonly statements: number;
  readonly changes?: number | undefined;
  /** In the database: the sum of the statements of one question. */
  readonly medianMs: number;
  readonly worstMs: number;
  /** The whole answer. */
  readonly wallMs: number;
  readonly plans?: readonly Plan[];
}

interface Plan {
  readonly ms: number;
  readonly sql: string;
  readonly plan: readonly string[];
}

/**
 * What the pages of the admin panel take with 1,000,000 rows of history on PostgreSQL. Writes
 * `results/history.json`, with the plans of what takes longer than 10 ms, and prints.
 */
export async function benchHistory(runs: number): Promise<void> {
  const [before = 0] = loadavg();
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  execFileSync('pnpm', ['run', 'compile'], { cwd: ATLAS, stdio: [...stdio] });
  const panel = await openPanel();
  try {
    process.stderr.write(`filling ${ROWS} rows …\n`);
    const filled = await panel.fill(ROWS);
    const rows: Row[] = [];
    for (const [name, path] of Object.entries(questionsOf(filled)))
      rows.push(await measure(panel, { name, path, runs }));
    const slow = rows.filter(({ medianMs }) => medianMs >= LIMIT_MS);
    const about = { ...machine(), loadAverage: { before, after: loadavg()[0] } };
    const result = {
      date: new Date().toISOString(),
      runs,
      machine: about,
      filled,
      limitMs: LIMIT_MS,
      rows,
    };
    await mkdir(RESULTS, { recursive: true });
    await writeFile(new URL('history.json', RESULTS), `${JSON.stringify(result, undefined, 2)}\n`);
    print(rows);
    console.log(
      `\n${result.date}, ${filled.rows} rows, ${filled.changes} changes, ${filled.batches} calls, ${about.cores} cores; ${slow.length} of ${rows.length} take ${LIMIT_MS} ms or more in the database`,
    );
  } finally {
    await panel.close();
  }
}

async function measure(
  panel: Panel,
  { name, path, runs }: { readonly name: string; readonly path: string; readonly runs: number },
): Promise<Row> {
  process.stderr.write(`${name} …\n`);
  const answers: Answered[] = [];
  for (let run = -WARM_UP; run < runs; run += 1) {
    const answer = await panel.ask(path);
    if (run >= 0) answers.push(answer);
  }
  const times = answers.map(timeOf).toSorted((one, other) => one - other);
  const walls = answers.map(({ wallMs }) => wallMs).toSorted((one, other) => one - other);
  const [last] = answers.slice(-1);
  const slow = (last?.statements ?? []).filter(({ ms }) => ms > PLAN_MS);
  const plans = slow.length === 0 ? [] : await panel.explain(slow);
  return {
    name,
    path,
    statements: last?.statements.length ?? 0,
    changes: last?.changes,
    medianMs: middle(times),
    worstMs: times.at(-1) ?? 0,
    wallMs: middle(walls),
    ...(plans.length > 0 && {
      plans: slow.map(({ ms, sql }, index) => ({ ms, sql, plan: plans[index] ?? [] })),
    }),
  };
}

function timeOf({ statements }: Answered): number {
  return statements.reduce((sum, { ms }) => sum + ms, 0);
}

function middle(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function print(rows: readonly Row[]): void {
  const lines = rows.map(({ name, statements, changes, medianMs, worstMs, wallMs }) => [
    name,
    changes === undefined ? '' : String(changes),
    String(statements),
    medianMs.toFixed(1),
    worstMs.toFixed(1),
    wallMs.toFixed(1),
    medianMs < LIMIT_MS ? '' : 'too slow',
  ]);
  console.log(table(['', 'found', 'SQL', 'median ms', 'worst ms', 'answer ms', ''], lines));
}
