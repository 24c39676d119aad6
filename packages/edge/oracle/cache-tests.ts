// Runs the public suite http-cache-tests against the edge, and against others beside it.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { here } from './child.ts';
import { scoreTable } from './score-table.ts';
import { score, type Score } from './score.ts';
import { explainTest, readSuite, runSuite } from './suite.ts';
import { TARGETS, type StartTarget } from './targets.ts';

const USAGE = `usage: node packages/edge/oracle/cache-tests.ts [--target NAME,…] [--only ID] [--record]
  --target  ${Object.keys(TARGETS).join(', ')}; several with commas, or all (default edge)
  --only    one test: its requests and responses, why it failed
  --record  write down the edge's score: what passes now must pass from now on`;

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'edge' },
    only: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});
const names = values.target === 'all' ? Object.keys(TARGETS) : values.target.split(',');
const targets = names.map((name) => [name, targetOf(name)] as const);
if (values.only !== undefined) await explain(values.only);
else await compare();

async function explain(id: string): Promise<void> {
  for (const [name, start] of targets) console.log(`==== ${name}\n${await explainTest(start, id)}`);
}

async function compare(): Promise<void> {
  const tests = await readSuite();
  const scores = new Map<string, Score>();
  const reasons = new Map<string, Awaited<ReturnType<typeof runSuite>>>();
  for (const [name, start] of targets) {
    const results = await runSuite(start);
    reasons.set(name, results);
    scores.set(name, score(tests, results));
  }
  console.log(scoreTable(tests, scores, reasons));
  const own = scores.get('edge');
  if (!values.record) return;
  if (own === undefined) fail('--record records the edge: name it as a target.');
  const { passed, requiredPassed, requiredTotal, optimalPassed, optimalTotal } = own;
  const recorded = { requiredPassed, requiredTotal, optimalPassed, optimalTotal, passed };
  const file = here('cache-tests-score.json');
  await writeFile(file, `${JSON.stringify(recorded, undefined, 2)}\n`);
}

function targetOf(name: string): StartTarget {
  return TARGETS[name] ?? fail(USAGE);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
