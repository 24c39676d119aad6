import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BUILTIN_NORMALIZERS, type BuiltinNormalizer } from '@freshtag/core/site';

import type { Goal } from './goal.ts';
import { fieldsIn, parseFields } from './json.ts';
import { machine } from './machine.ts';
import { BadInput } from './replay/bad-input.ts';
import { unpackAtlasHistory } from './replay/atlas-history.ts';
import { replayHistory, type ReplayOptions } from './replay/replay-history.ts';
import { goalsOf, historyTable } from './replay/report.ts';
import { parseSource, type HistorySource } from './replay/source.ts';
import { createTallyUp, type HistoryFigures } from './replay/tally-up.ts';
import { goalTable } from './table.ts';

const RESULTS = new URL('../results/replay.json', import.meta.url);

export interface ReplayBench {
  /** `[NAME=]PATH[#branch[:folder]]`. None: the history that is kept here. */
  readonly sources: readonly string[];
  readonly maxDeploys: number;
  /** Names of normalisers, besides those that are always on. */
  readonly normalizers: readonly string[];
  /** Prints the figures as JSON, and writes none. */
  readonly json: boolean;
  /** Leaves one tag of each refresh out, to show that the replay notices; writes no figures. */
  readonly isBroken: boolean;
}

interface HistoryResult {
  readonly date: string;
  readonly normalizers: readonly BuiltinNormalizer[];
  readonly goals: readonly Goal[];
  /** The most memory that the process ever had. */
  readonly peakMb: number;
  readonly figures: HistoryFigures;
}

/** Replays histories, writes `results/replay.json`, prints. A missed goal is told, and is no failure. */
export async function benchReplay(options: ReplayBench): Promise<void> {
  try {
    await replayAll(options);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

async function replayAll({
  sources,
  maxDeploys,
  normalizers: names,
  json,
  isBroken,
}: ReplayBench): Promise<void> {
  const normalizers = names.map(checkNormalizer);
  const dir = await mkdtemp(join(tmpdir(), 'freshtag-replay-'));
  try {
    const histories =
      sources.length === 0 ? [await unpackAtlasHistory(dir)] : sources.map(parseSource);
    const results: Record<string, HistoryResult> = {};
    for (const source of histories) {
      const result = await replayOne(source, { dir, maxDeploys, normalizers, isBroken });
      results[source.name] = result;
      if (json) continue;
      if (!isBroken) await keep(source.name, result);
      console.log(`${historyTable(source.name, result.figures)}\n`);
    }
    if (json) console.log(JSON.stringify(results));
    else
      console.log(
        goalTable(
          Object.values(results).flatMap(({ goals }) => goals),
          ['ours', 'beside'],
        ),
      );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function checkNormalizer(name: string): BuiltinNormalizer {
  const known = BUILTIN_NORMALIZERS.find((builtin) => builtin === name);
  if (known !== undefined) return known;
  throw new BadInput(`--normalize ${name}: one of ${BUILTIN_NORMALIZERS.join(', ')} is allowed`);
}

async function replayOne(
  source: HistorySource,
  options: Omit<ReplayOptions, 'onDeploy' | 'onProgress'>,
): Promise<HistoryResult> {
  const sums = createTallyUp();
  const history = await replayHistory(source, {
    ...options,
    onDeploy: sums.add,
    onProgress: (done, total) => showProgress(source.name, done, total),
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K');
  const figures = sums.figures(history);
  return {
    date: new Date().toISOString(),
    normalizers: options.normalizers,
    goals: goalsOf(source.name, figures),
    peakMb: Math.round((process.resourceUsage().maxRSS * 1024) / 1_000_000),
    figures,
  };
}

function showProgress(name: string, done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${name}: ${done} of ${total} builds`);
  else if (done % 20 === 0) process.stderr.write(`${name}: ${done} of ${total} builds\n`);
}

/** Beside those of other histories: it takes long to replay all of them. */
async function keep(name: string, result: HistoryResult): Promise<void> {
  const before = existsSync(RESULTS) ? parseFields(await readFile(RESULTS, 'utf8')) : {};
  const histories = { ...fieldsIn(before, 'histories'), [name]: result };
  await mkdir(new URL('.', RESULTS), { recursive: true });
  await writeFile(RESULTS, `${JSON.stringify({ machine: machine(), histories }, undefined, 2)}\n`);
}
