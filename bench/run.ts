// Measures the project beside what else there is. usage: see USAGE
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const USAGE = `usage: pnpm bench client|edge|plan|strapi|strapi-header|history [--runs N] [--skip-build]
       pnpm bench relay [--quick] [--skip-build]
       pnpm bench replay [[NAME=]PATH[#branch[:folder]]…] [--max-deploys N] [--normalize NAME]…
                    [--json] [--break]
       pnpm bench crash [--kills N] [--minutes N] [--seed N]
  --runs N       fresh processes a measure, a whole number of 1 or more (default 15)
  --skip-build   measure what is built already
  --quick        fewer rows and samples, one run
 replay: the builds in clones, on the branch gh-pages unless told otherwise; without a clone those kept here
  --max-deploys N   replay N of the deploys, spread evenly (default all)
  --normalize NAME  a normaliser that is on besides those that always are, such as vitepress-hash-map
  --json            print the figures, and write none
  --break           leave one tag of each refresh out, to see that the replay notices
 crash: relays and writers on three databases, from the sources
  --kills N      of each database (default 1000)
  --minutes N    begin no round after so many (default: as long as it takes)
  --seed N       of the first round; each round prints its own (default: another each time)`;

const { positionals, values } = readArguments();
const [subject = '', ...paths] = positionals;
const runs = wholeNumber(values.runs);
const maxDeploys =
  values['max-deploys'] === undefined ? Infinity : wholeNumber(values['max-deploys']);
if (
  ![
    'client',
    'edge',
    'plan',
    'strapi',
    'strapi-header',
    'history',
    'relay',
    'replay',
    'crash',
  ].includes(subject)
)
  fail(USAGE, 2);
if (subject !== 'replay' && paths.length > 0) fail(USAGE, 2);
if (!values['skip-build'] && subject !== 'crash') build();
// They import what was built.
if (subject === 'client') await (await import('./src/client.ts')).benchClient(runs);
else if (subject === 'edge') await (await import('./src/edge.ts')).benchEdge(runs);
else if (subject === 'plan') await (await import('./src/plan.ts')).benchPlan(runs);
else if (subject === 'strapi') await (await import('./src/strapi.ts')).benchStrapi(runs);
else if (subject === 'strapi-header')
  await (await import('./src/strapi-header.ts')).benchStrapiHeader(runs);
else if (subject === 'history') await (await import('./src/history.ts')).benchHistory(runs);
else if (subject === 'relay')
  await (await import('./src/relay.ts')).benchRelay({ isQuick: values.quick });
else if (subject === 'crash')
  await (
    await import('./src/crash.ts')
  ).benchCrash({
    kills: wholeNumber(values.kills),
    minutes: values.minutes === undefined ? Infinity : wholeNumber(values.minutes),
    seed: values.seed === undefined ? Date.now() % 1_000_000 : wholeNumber(values.seed),
  });
else
  await (
    await import('./src/replay.ts')
  ).benchReplay({
    sources: paths,
    maxDeploys,
    normalizers: values.normalize,
    json: values.json,
    isBroken: values.break,
  });

function wholeNumber(text: string): number {
  const number = Number(text);
  return Number.isInteger(number) && number >= 1 ? number : fail(USAGE, 2);
}

function readArguments(): ReturnType<typeof parse> {
  try {
    return parse();
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, 2);
  }
}

function parse(): {
  readonly positionals: readonly string[];
  readonly values: {
    readonly runs: string;
    readonly 'skip-build': boolean;
    readonly quick: boolean;
    readonly 'max-deploys'?: string | undefined;
    readonly normalize: readonly string[];
    readonly json: boolean;
    readonly break: boolean;
    readonly kills: string;
    readonly minutes?: string | undefined;
    readonly seed?: string | undefined;
  };
} {
  return parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '15' },
      'skip-build': { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      'max-deploys': { type: 'string' },
      normalize: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      break: { type: 'boolean', default: false },
      kills: { type: 'string', default: '1000' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
    },
  });
}

/** What users load is what is built. */
function build(): void {
  const packages = ['--filter=freshtag', '--filter=@freshtag/edge', '--filter=@freshtag/strapi'];
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
