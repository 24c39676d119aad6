import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';

import { measureHits } from './edge-hits.ts';
import { measureObjects } from './edge-objects.ts';
import { measureStart } from './edge-start.ts';
import { machine } from './machine.ts';
import { goalTable } from './table.ts';

const RESULTS = new URL('../results/', import.meta.url);

/** Measures, writes `results/edge.json`, prints. A missed goal is told, and is no failure. */
export async function benchEdge(runs: number): Promise<void> {
  const [before = 0] = loadavg();
  const rounds = { start: runs, hits: Math.ceil(runs / 2), objects: Math.ceil(runs / 5) };
  const start = await told('start', () => measureStart(rounds.start));
  const hits = await told('hits', () => measureHits(rounds.hits));
  const objects = await told('objects', () => measureObjects(rounds.objects));
  const ratios = [hits, objects, start].flatMap(({ goals }) => goals);
  const result = {
    date: new Date().toISOString(),
    runs: rounds,
    machine: { ...machine(), loadAverage: { before, after: loadavg()[0] } },
    ratios,
    measures: { hits: hits.values, objects: objects.values, start: start.values },
  };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL('edge.json', RESULTS), `${JSON.stringify(result, undefined, 2)}\n`);
  console.log(`${goalTable(ratios, ['edge', 'beside'])}\n`);
  const { cores, node } = result.machine;
  console.log(
    `${result.date}, ${cores} cores, Node ${node}, medians of ${rounds.hits} hits, ${rounds.objects} fills, ${rounds.start} starts`,
  );
}

async function told<Result>(name: string, measure: () => Promise<Result>): Promise<Result> {
  process.stderr.write(`${name} …\n`);
  return measure();
}
