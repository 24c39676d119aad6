// Measures the project beside what else there is. usage: pnpm bench client|edge|plan [--runs N] [--skip-build]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const USAGE = `usage: pnpm bench client|edge|plan [--runs N] [--skip-build]
  --runs N       fresh processes a measure, a whole number of 1 or more (default 15)
  --skip-build   measure what is built already`;

const { positionals, values } = readArguments();
const runs = Number(values.runs);
const subject = positionals.join(' ');
if (!['client', 'edge', 'plan'].includes(subject) || !Number.isInteger(runs) || runs < 1)
  fail(USAGE, 2);
if (!values['skip-build']) build();
// They import what was built.
if (subject === 'client') await (await import('./src/client.ts')).benchClient(runs);
else if (subject === 'edge') await (await import('./src/edge.ts')).benchEdge(runs);
else await (await import('./src/plan.ts')).benchPlan(runs);

function readArguments(): ReturnType<typeof parse> {
  try {
    return parse();
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, 2);
  }
}

function parse(): {
  readonly positionals: readonly string[];
  readonly values: { readonly runs: string; readonly 'skip-build': boolean };
} {
  return parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '15' },
      'skip-build': { type: 'boolean', default: false },
    },
  });
}

/** What users load is what is built. */
function build(): void {
  const packages = ['--filter=freshtag', '--filter=@freshtag/edge'];
  const { status } = spawnSync(
    'pnpm',
    ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', ...packages],
    { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' },
  );
  if (status !== 0) fail('The build failed. See it with: pnpm build', 1);
}

function fail(message: string, exitCode: number): never {
  console.error(message);
  process.exit(exitCode);
}
