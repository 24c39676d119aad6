// Kills and freezes real relays and writers, and looks whether anything was lost. One line a round on
// standard error, one of JSON with the figures on standard output.
// usage: node --conditions=@freshtag/source run.ts --store sqlite|postgres|mysql [--kills N] [--seed N]
//        [--workers N] [--writers N] [--no-second-pass] [--minutes N]
import { parseArgs } from 'node:util';

import { chooseRound, describeChoice } from './choices.ts';
import type { Extent } from './checker.ts';
import type { StoreKind } from './database.ts';
import { noFigures, type CrashFigures } from './figures.ts';
import { playControl, playRound, type Ledger, type RoundResult } from './round.ts';
import { PASSES, TIMES } from './settings.ts';
import { CrashWorld } from './world.ts';

const MOST_FAILURES = 3;

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'sqlite' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    workers: { type: 'string', default: '2' },
    writers: { type: 'string', default: '3' },
    minutes: { type: 'string', default: 'Infinity' },
    'no-second-pass': { type: 'boolean', default: false },
  },
});
const kind = values.store as StoreKind;
const seed = Number(values.seed);
const secondPass = !values['no-second-pass'];
const world = await CrashWorld.open({
  kind,
  seed,
  workers: Number(values.workers),
  writers: Number(values.writers),
  secondPass,
});
if (world === undefined)
  process.stdout.write(`${JSON.stringify({ store: kind, skipped: true })}\n`);
else {
  try {
    await run(world);
  } finally {
    await world.close();
  }
}

async function run(of: CrashWorld): Promise<void> {
  const startedMs = Date.now();
  const untilMs = startedMs + Number(values.minutes) * 60_000;
  const ledger: Ledger = { passes: secondPass ? PASSES : 1, known: new Set(), lastId: 0 };
  const figures = noFigures({ store: kind, seed, secondPass });
  const names = {
    workers: of.workers.map(({ name }) => name),
    writers: of.writers.map(({ name }) => name),
  };
  const control = await playControl(of, ledger);
  count(figures, control, 'control, without faults');
  of.isPatient = false;
  await stopWorkers(of, figures);
  await Promise.all(of.workers.map((worker) => worker.start()));
  for (let round = 0; figures.kills < Number(values.kills); round += 1) {
    const choice = chooseRound(seed + round, kind, names);
    const what = describeChoice(choice);
    process.stderr.write(`${kind} round ${round + 1}, ${what}\n`);
    const result = await playRound(of, choice, ledger);
    figures.kills += choice.kills.length;
    figures.outages += Number(choice.outageAtMs !== undefined);
    count(figures, result, what);
    if (figures.failures.length >= MOST_FAILURES || Date.now() > untilMs) break;
  }
  await stopWorkers(of, figures);
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  const faults = Object.fromEntries(of.happened);
  process.stdout.write(`${JSON.stringify({ ...figures, seconds, faults })}\n`);
}

async function stopWorkers(of: CrashWorld, figures: CrashFigures): Promise<void> {
  for (const worker of of.workers) {
    const exitCode = await worker.stop();
    if (exitCode !== 0) figures.failures.push(`${worker.name} ended with ${exitCode}`);
  }
}

function count(figures: CrashFigures, result: RoundResult, what: string): void {
  const { problems, stale, extent, slowestFillMs } = result;
  figures.freezes += Number(result.froze);
  figures.late += result.late;
  figures.committed += result.committed;
  figures.rolledBack += result.rolledBack;
  figures.rows += result.rows;
  figures.refreshes += result.refreshes;
  const most = (name: keyof Extent): number => Math.max(figures.most[name], extent[name]);
  figures.most = {
    tags: most('tags'),
    characters: most('characters'),
    urlBytes: most('urlBytes'),
    refreshesInASecond: most('refreshesInASecond'),
    callsInASecond: most('callsInASecond'),
  };
  const isTooSlow = secondPass && stale.length > 0 && slowestFillMs >= TIMES.secondPassDelayMs;
  if (isTooSlow) figures.tooSlow += 1;
  else figures.stale += stale.length;
  figures.lost += problems.filter((problem) => problem.startsWith('lost')).length;
  const wrong = secondPass && !isTooSlow ? [...problems, ...stale] : problems;
  if (wrong.length === 0) return;
  const text = [`${kind}, ${what}`, ...wrong.slice(0, 40)].join('\n  ');
  process.stderr.write(`FAILED ${text}\n`);
  figures.failures.push(text);
}
