import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { generateBatch, openArena, playBatch } from './campaign.ts';
import type { FuzzCase } from './fuzz-case.ts';

const FOLDER = new URL('failures/', import.meta.url);

/** The cases that are to blame. */
export interface Culprit {
  readonly cases: readonly FuzzCase[];
  /** Whether a single one is enough. */
  readonly isAlone: boolean;
}

/** Plays each case of a batch alone against a fresh edge; without a culprit, all of them are. */
export async function findCulprit(seed: number, batch: number): Promise<Culprit> {
  const makers = generateBatch(seed, batch);
  const all: FuzzCase[] = [];
  for (const maker of makers) {
    const arena = await openArena();
    try {
      const { cases, wrong } = await playBatch(arena, [maker], batch);
      if (wrong !== undefined) return { cases, isAlone: true };
      all.push(...cases);
    } finally {
      await arena.stop();
    }
  }
  return { cases: all, isAlone: false };
}

/** @returns the file in which the bytes are, as text and in hexadecimal */
export async function writeFailure(
  problem: string,
  {
    seed,
    batch,
    culprit,
  }: { readonly seed: number; readonly batch: number; readonly culprit: Culprit },
): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const file = new URL(`seed-${seed}-batch-${batch}.txt`, FOLDER);
  const head = `${problem}\n\nagain: pnpm fuzz edge --seed ${seed} --from ${batch}\n`;
  await writeFile(file, `${head}${culprit.cases.map(describe).join('')}`);
  return fileURLToPath(file);
}

function describe({ kind, port, writes, ending, plan }: FuzzCase): string {
  const origin =
    plan === undefined ? '' : `\n-- the origin, then ${plan.ending}\n${show(plan.writes)}`;
  return `\n==== ${kind} to ${port}, then ${ending}\n${show(writes)}${origin}\n`;
}

function show(writes: readonly Buffer[]): string {
  return writes
    .map(
      (bytes) =>
        `text: ${JSON.stringify(bytes.toString('latin1'))}\nhex:  ${bytes.toString('hex')}`,
    )
    .join('\n');
}
