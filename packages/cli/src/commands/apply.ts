import type { Command } from 'commander';
import { resolve } from 'node:path';

import { printLine, printProgress } from '../output.ts';
import { wholeNumber } from '../parse.ts';

interface ApplyFlags {
  readonly domain: string;
  readonly environment: string;
  readonly directory: string;
  readonly plan?: string;
  readonly origin?: string;
  readonly originTimeout: number;
  readonly now?: true;
  readonly secondPassDelay: number;
  readonly secondPass: boolean;
  readonly edgeLayers: number;
  readonly endpoint?: string;
}

const AFTER_HELP = `
The new build must be fetchable before the edge is refreshed: name the origin to ask, or say --now.
After any failure, run it again; or plan the next build, which takes up what is left.

  freshtag apply --domain www.example.com --origin https://origin.example.com
  freshtag apply --domain www.example.com --now`;

export function addApplyCommand(program: Command, signal: AbortSignal): void {
  program
    .command('apply')
    .description('refresh what a plan says, after the upload, until the edge holds nothing old')
    .requiredOption('--domain <name>', 'accelerated domain')
    .option('--environment <name>', 'environment, each with its own state', 'production')
    .option('--directory <folder>', 'folder for freshtag’s own files', '.freshtag')
    .option('--plan <file>', 'the plan (default: the one in the directory)')
    .option('--origin <url>', 'URL of the origin itself: wait until it serves the new build')
    .option('--origin-timeout <ms>', 'longest wait for the origin', wholeNumber(0), 600_000)
    .option('--now', 'the origin serves the new build already')
    .option(
      '--second-pass-delay <ms>',
      'longer than the origin’s slowest answer takes',
      wholeNumber(0),
      30_000,
    )
    .option(
      '--no-second-pass',
      'refresh once, and let fetches that are under way store old content',
    )
    .option('--edge-layers <n>', 'caches one behind another at the edge', wholeNumber(1, 5), 2)
    .option('--endpoint <url>', 'address of the API, like http://127.0.0.1:8081')
    .addHelpText('after', AFTER_HELP)
    .action((flags: ApplyFlags) => applyCommand(flags, signal));
}

async function applyCommand(flags: ApplyFlags, signal: AbortSignal): Promise<void> {
  const [core, site] = await Promise.all([import('@freshtag/core'), import('@freshtag/core/site')]);
  if ((flags.origin === undefined) === (flags.now === undefined)) {
    throw core.invalidOption(
      '--origin',
      flags.origin ?? '(nothing)',
      'either --origin URL or --now, to say when the new build can be fetched',
    );
  }
  const where = {
    domain: core.checkDomain(flags.domain),
    environment: site.checkEnvironment(flags.environment),
  };
  const files = site.deployFiles(resolve(flags.directory), where);
  const plan = await site.readPlan(flags.plan === undefined ? files.plan : resolve(flags.plan));
  const endpoint = flags.endpoint === undefined ? {} : { endpoint: flags.endpoint };
  core.createDcdnClient(endpoint);
  if (flags.origin !== undefined) {
    printProgress(`waiting until ${flags.origin} serves the new build`);
    await site.waitForOrigin(plan, {
      origin: flags.origin,
      originTimeoutMs: flags.originTimeout,
      signal,
    });
  }
  const result = await site.applyPlan(plan, {
    ...endpoint,
    store: site.createFileStore(files.state),
    secondPassDelayMs: flags.secondPass ? flags.secondPassDelay : false,
    edgeLayers: flags.edgeLayers,
    signal,
    onProgress: site.logOnce(printProgress),
  });
  const certainty = result.complete
    ? 'complete'
    : 'settled: the cloud reported nothing of the tasks';
  printLine(
    `${result.pages} pages refreshed by ${result.tags} tags in ${result.calls} calls, ${certainty}`,
  );
}
