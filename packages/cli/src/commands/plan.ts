import type { Plan } from '@freshtag/core/site';
import { resolve } from 'node:path';

import type { Command } from '../commander.ts';
import type { Outcome } from '../outcome.ts';
import { collect } from '../parse.ts';
import type { Session } from '../session.ts';
import { checkSetting, oneDomainOf } from '../settings/check.ts';
import { addSettingFlags } from '../settings/flags.ts';
import { directoryOf, resolveSettings, type SettingFlags } from '../settings/settings.ts';

interface PlanFlags extends SettingFlags {
  readonly dryRun?: true;
}

const MOST_LISTED = 20;
const AFTER_HELP = `
Run it after the build and before the upload: it notes in the edge state that this build may go live.
It writes plan.json, manifest.json and nginx.conf to DIRECTORY/ENVIRONMENT/DOMAIN.

  freshtag plan dist --domain www.example.com --immutable _astro
  … upload dist …
  freshtag apply --domain www.example.com --origin https://origin.example.com`;

export function addPlanCommand(program: Command, session: Session): void {
  const command = program
    .command('plan')
    .description('find what changed since the build that the edge serves')
    .argument('<dir>', 'folder of the built site');
  addSettingFlags.domain(command);
  addSettingFlags
    .environment(command)
    .option('--base <path>', 'URL path under which the site is served (default: /)')
    .option(
      '--immutable <folder>',
      'folder of files with a hash in their name (repeatable)',
      collect,
    );
  addSettingFlags.directory(command).option('--dry-run', 'only show the plan, write nothing');
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (dir: string, flags: PlanFlags) => {
      session.outcome = await planCommand(dir, flags, session);
    });
}

async function planCommand(dir: string, flags: PlanFlags, session: Session): Promise<Outcome> {
  const site = await import('@freshtag/core/site');
  const settings = await resolveSettings(flags, session);
  const where = {
    domain: await oneDomainOf(settings),
    environment: await checkSetting(settings.environment, site.checkEnvironment),
  };
  const files = site.deployFiles(directoryOf(settings, session.cwd), where);
  const store = site.createFileStore(files.state);
  const prepared = await site.prepareDeploy({
    ...where,
    store,
    dir: resolve(session.cwd, dir),
    base: settings.base.value,
    immutable: settings.immutable.value,
  });
  session.signal.throwIfAborted();
  const dryRun = flags.dryRun === true;
  if (!dryRun) {
    await site.savePlan(files, prepared);
    await site.announceBuild(store, prepared.plan);
  }
  const { plan } = prepared;
  const written = dryRun ? [] : [`written to ${files.plan}`];
  return {
    result: { dryRun, file: dryRun ? null : files.plan, plan },
    lines: [...listPages(plan), site.describePlan(plan), ...written],
  };
}

function listPages({ pages }: Plan): string[] {
  const listed = pages
    .slice(0, MOST_LISTED)
    .map(({ reason, path }) => `${reason.padEnd(12)} ${path}`);
  const more = pages.length - listed.length;
  return more > 0 ? [...listed, `… and ${more} more`] : listed;
}
