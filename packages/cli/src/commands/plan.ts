import type { Plan } from '@freshtag/core/site';
import type { Command } from 'commander';
import { resolve } from 'node:path';

import { printLine } from '../output.ts';
import { collect } from '../parse.ts';

interface PlanFlags {
  readonly domain: string;
  readonly environment: string;
  readonly base: string;
  readonly immutable?: readonly string[];
  readonly directory: string;
  readonly dryRun?: true;
  readonly json?: true;
}

const MOST_LISTED = 20;
const AFTER_HELP = `
Run it after the build and before the upload: it notes in the edge state that this build may go live.
It writes plan.json, manifest.json and nginx.conf to DIRECTORY/ENVIRONMENT/DOMAIN.

  freshtag plan dist --domain www.example.com --immutable _astro
  … upload dist …
  freshtag apply --domain www.example.com --origin https://origin.example.com`;

export function addPlanCommand(program: Command): void {
  program
    .command('plan')
    .description('find what changed since the build that the edge serves')
    .argument('<dir>', 'folder of the built site')
    .requiredOption('--domain <name>', 'accelerated domain')
    .option('--environment <name>', 'environment, each with its own state', 'production')
    .option('--base <path>', 'URL path under which the site is served', '/')
    .option(
      '--immutable <folder>',
      'folder of files with a hash in their name (repeatable)',
      collect,
    )
    .option('--directory <folder>', 'folder for freshtag’s own files', '.freshtag')
    .option('--dry-run', 'only show the plan, write nothing')
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', AFTER_HELP)
    .action(planCommand);
}

async function planCommand(dir: string, flags: PlanFlags): Promise<void> {
  const [core, site] = await Promise.all([import('@freshtag/core'), import('@freshtag/core/site')]);
  const where = {
    domain: core.checkDomain(flags.domain),
    environment: site.checkEnvironment(flags.environment),
  };
  const files = site.deployFiles(resolve(flags.directory), where);
  const store = site.createFileStore(files.state);
  const prepared = await site.prepareDeploy({
    ...where,
    store,
    dir: resolve(dir),
    base: flags.base,
    immutable: flags.immutable,
  });
  if (flags.dryRun === undefined) {
    await site.savePlan(files, prepared);
    await site.announceBuild(store, prepared.plan);
  }
  if (flags.json === true) printLine(JSON.stringify(prepared.plan));
  else {
    printPages(prepared.plan);
    printLine(site.describePlan(prepared.plan));
    if (flags.dryRun === undefined) printLine(`written to ${files.plan}`);
  }
}

function printPages(plan: Plan): void {
  for (const { reason, path } of plan.pages.slice(0, MOST_LISTED))
    printLine(`${reason.padEnd(12)} ${path}`);
  if (plan.pages.length > MOST_LISTED) printLine(`… and ${plan.pages.length - MOST_LISTED} more`);
}
