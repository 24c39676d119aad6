import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { fieldsIn, numberIn, parseFields, textIn } from './json.ts';
import { machine } from './machine.ts';
import { table } from './table.ts';

const RESULTS = new URL('../results/', import.meta.url);
const HARNESS = fileURLToPath(
  new URL('../../packages/testing/test/relay-crash/run.ts', import.meta.url),
);
/** Without a second pass: to see what it is for. Fewer kills show it. */
const WITHOUT_SHARE = 10;

type Figures = ReturnType<typeof parseFields>;

export interface CrashOptions {
  /** Of each store. */
  readonly kills: number;
  /** No round begins after so many. */
  readonly minutes: number;
  readonly seed: number;
}

/** Kills relays and writers on every store at once, writes `results/crash.json`, prints. */
export async function benchCrash({ kills, minutes, seed }: CrashOptions): Promise<void> {
  const stores = ['sqlite', 'postgres', 'mysql'];
  const common = ['--minutes', String(minutes), '--seed', String(seed)];
  const of = (store: string, share: number): string[] => [
    ...common,
    '--store',
    store,
    '--kills',
    String(Math.ceil(kills / share)),
  ];
  const runs = await Promise.all([
    ...stores.map((store) => runHarness(of(store, 1))),
    runHarness([...of('sqlite', WITHOUT_SHARE), '--no-second-pass']),
  ]);
  const result = { date: new Date().toISOString(), machine: machine(), runs };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL('crash.json', RESULTS), `${JSON.stringify(result, undefined, 2)}\n`);
  console.log(`${crashTable(runs)}\n`);
  const failed = runs.flatMap((run) => (Array.isArray(run['failures']) ? run['failures'] : []));
  for (const failure of failed) console.log(String(failure));
  if (failed.length > 0) process.exitCode = 1;
}

async function runHarness(args: readonly string[]): Promise<Figures> {
  const child = spawn(process.execPath, ['--conditions=@freshtag/source', HARNESS, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [stdout] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (child.exitCode === 0) return parseFields(stdout);
  throw new Error(
    `The harness ended with ${child.exitCode ?? child.signalCode}: ${args.join(' ')}`,
  );
}

function crashTable(runs: readonly Figures[]): string {
  const names = ['kills', 'freezes', 'outages', 'committed', 'rows', 'refreshes', 'lost', 'stale'];
  return table(
    ['store', ...names, 'calls/s, most'],
    runs.map((run) => {
      const store = textIn(run, 'store') ?? '';
      if (run['skipped'] === true) return [store, 'no server'];
      const most = fieldsIn(run, 'most');
      return [
        run['secondPass'] === true ? store : `${store}, one pass`,
        ...names.map((name) => String(numberIn(run, name))),
        most === undefined ? '' : String(numberIn(most, 'callsInASecond')),
      ];
    }),
  );
}
