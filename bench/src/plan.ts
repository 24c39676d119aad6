import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';

import { measureCollecting } from './collect.ts';
import { machine } from './machine.ts';
import { measureCover } from './plan-cover.ts';
import { goalTable } from './table.ts';

const RESULTS = new URL('../results/', import.meta.url);

/** Measures, writes `results/plan.json`, prints. A missed goal is told, and is no failure. */
export async function benchPlan(runs: number): Promise<void> {
  const [before = 0] = loadavg();
  const rounds = Math.ceil(runs / 3);
  const collect = await told('collect', () => measureCollecting(rounds));
  const cover = await told('cover', () => measureCover(rounds));
  const ratios = [...collect.goals, ...cover.goals];
  const result = {
    date: new Date().toISOString(),
    runs: rounds,
    machine: { ...machine(), loadAverage: { before, after: loadavg()[0] } },
    ratios,
    measures: { collect: collect.values, cover: cover.values },
  };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL('plan.json', RESULTS), `${JSON.stringify(result, undefined, 2)}\n`);
  console.log(`${goalTable(ratios, ['ours', 'beside'])}\n`);
  const { cores, node } = result.machine;
  console.log(`${result.date}, ${cores} cores, Node ${node}, medians of ${rounds}`);
}

async function told<Result>(name: string, measure: () => Promise<Result>): Promise<Result> {
  process.stderr.write(`${name} …\n`);
  return measure();
}
