import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';

import { measureCommand } from './command.ts';
import { measureFaults } from './faults.ts';
import { textIn, fieldsIn, parseFields } from './json.ts';
import { machine } from './machine.ts';
import { measureCallsAtATime, measureCallsInARow } from './many-calls.ts';
import { measureFirstCall, measureLoading } from './start-up.ts';
import { faultTable, goalTable } from './table.ts';

const SDK = '@alicloud/dcdn20180115';
const RESULTS = new URL('../results/', import.meta.url);

/** Measures, writes `results/client.json`, prints. A missed ratio is told, and is no failure. */
export async function benchClient(runs: number): Promise<void> {
  const [before = 0] = loadavg();
  const loading = await told('loading', () => measureLoading(runs));
  const firstCall = await told('first call', () => measureFirstCall(runs));
  const inARow = await told('calls in a row', () => measureCallsInARow(runs));
  const atATime = await told('calls at a time', () => measureCallsAtATime(runs));
  const command = await told('command', () => measureCommand(runs));
  const faults = await told('faults', () => measureFaults());
  const measures = { loading, firstCall, inARow, atATime, command };
  const ratios = Object.values(measures).flatMap(({ goals }) => goals);

  const result = {
    date: new Date().toISOString(),
    runs,
    machine: { ...machine(), loadAverage: { before, after: loadavg()[0] } },
    sdk: await sdkVersion(),
    ratios,
    faults,
    measures: Object.fromEntries(
      Object.entries(measures).map(([name, { values }]) => [name, values]),
    ),
  };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL('client.json', RESULTS), `${JSON.stringify(result, undefined, 2)}\n`);
  console.log(`${goalTable(ratios)}\n\n${faultTable(faults)}\n`);
  console.log(
    `${result.date}, ${result.machine.cores} cores, Node ${result.machine.node}, medians of ${runs}`,
  );
}

async function told<Result>(name: string, measure: () => Promise<Result>): Promise<Result> {
  process.stderr.write(`${name} …\n`);
  return measure();
}

async function sdkVersion(): Promise<string> {
  const manifest = new URL('../package.json', import.meta.url);
  const pinned = fieldsIn(parseFields(await readFile(manifest, 'utf8')), 'devDependencies') ?? {};
  return `${SDK} ${textIn(pinned, SDK)}`;
}
