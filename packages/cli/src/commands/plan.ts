import type { Mounts, NotFoundRefresh, Plan, PlannedPage } from '@freshtag/core/site';
import { resolve } from 'node:path';

import { Option, type Command } from '../commander.ts';
import { oneByOne, outcomeOf } from '../domains.ts';
import type { Outcome } from '../outcome.ts';
import { printProgress } from '../output.ts';
import { collect } from '../parse.ts';
import type { Session } from '../session.ts';
import { checkSetting, domainsOf } from '../settings/check.ts';
import { addSettingFlags } from '../settings/flags.ts';
import {
  callOptionsOf,
  directoryOf,
  domainConfigOf,
  resolveSettings,
  type SettingFlags,
  type Settings,
} from '../settings/settings.ts';
import { openStoreOf } from '../settings/state-store.ts';

interface PlanFlags extends SettingFlags {
  readonly dryRun?: true;
  readonly why?: true;
  readonly allowShrink?: true;
  readonly notFound?: NotFoundRefresh;
  readonly mount?: readonly string[];
}

const MOST_LISTED = 20;
const AFTER_HELP = `
Run it after the build and before the upload: it notes in the edge state that
this build may go live. It writes plan.json, manifest.json and nginx.conf to
DIRECTORY/ENVIRONMENT/DOMAIN.

  freshtag plan dist --domain www.example.com --immutable _astro
  … upload dist …
  freshtag apply --domain www.example.com --origin https://origin.example.com`;

export function addPlanCommand(program: Command, session: Session): void {
  const command = program
    .command('plan')
    .description('find what changed since the build that the edge serves')
    .argument('<dir>', 'folder of the built site');
  addSettingFlags.domains(command);
  addSettingFlags
    .environment(command)
    .option('--base <path>', 'URL path under which the site is served (default: /)')
    .option(
      '--immutable <folder>',
      'folder of files with a hash in their name (repeatable)',
      collect,
    );
  addSettingFlags.state(command);
  addSettingFlags
    .directory(command)
    .option(
      '--mount <from=to>',
      'the domain shows only this part of the build, at another path: /fr/=/ (repeatable)',
      collect,
    )
    .addOption(
      new Option(
        '--not-found <how>',
        'refresh 404s that hide new pages by their tag, or by the URLs of these pages',
      )
        .choices(['tag', 'urls'])
        .default('tag'),
    )
    .option('--why', 'show where each page changed')
    .option('--allow-shrink', 'plan a build that has less than half of the known pages')
    .option('--dry-run', 'only show the plan, write nothing');
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (dir: string, flags: PlanFlags) => {
      session.outcome = await planCommand(dir, flags, session);
    });
}

async function planCommand(dir: string, flags: PlanFlags, session: Session): Promise<Outcome> {
  const [core, site] = await Promise.all([import('@freshtag/core'), import('@freshtag/core/site')]);
  // An empty path would be the working directory: what a script gives whose variable is not set.
  if (dir === '') throw core.invalidOption('dir', dir, 'the folder of the built site');
  const settings = await resolveSettings(flags, session);
  const environment = await checkSetting(settings.environment, site.checkEnvironment);
  const job: PlanJob = { dir: resolve(session.cwd, dir), flags, settings, environment, session };
  const domains = await domainsOf(settings);
  const ended = await oneByOne(domains, (domain) => planDomain(domain, job), session);
  return outcomeOf(ended, session);
}

/** What the domains of one `freshtag plan` have in common. */
interface PlanJob {
  readonly dir: string;
  readonly flags: PlanFlags;
  readonly settings: Settings;
  readonly environment: string;
  readonly session: Session;
}

async function planDomain(
  domain: string,
  { dir, flags, settings, environment, session }: PlanJob,
): Promise<Outcome> {
  const site = await import('@freshtag/core/site');
  const where = { domain, environment };
  const files = site.deployFiles(directoryOf(settings, session.cwd), where);
  const store = await openStoreOf(settings, { files, where, session });
  const found = await site.prepareDeploy({
    ...where,
    store,
    signal: session.signal,
    dir,
    base: settings.base.value,
    immutable: settings.immutable.value,
    plan: settings.plan.value,
    limits: callOptionsOf(settings).limits,
    endpoint: settings.endpoint.value,
    normalize: settings.normalize.value,
    allowShrink: flags.allowShrink === true,
    notFound: flags.notFound,
    mounts: mountsOf(flags.mount) ?? domainConfigOf(settings, domain).mounts,
  });
  session.signal.throwIfAborted();
  const dryRun = flags.dryRun === true;
  const warning = site.stateWarning(site.detectMachine(session.env), store, {
    isFound: found.before !== undefined,
  });
  if (warning !== undefined) printProgress(warning);
  const { signal } = session;
  const prepared = dryRun ? found : await site.announceDeploy(found, { files, store, signal });
  const { plan, why, warnings } = prepared;
  const written = dryRun ? [] : [`written to ${files.plan}`];
  return {
    result: { dryRun, file: dryRun ? null : files.plan, plan, why, warnings },
    lines: [
      ...(flags.why === true ? site.describePagesWhy(why) : listPages(plan, site.describePage)),
      ...warnings,
      ...site.describeCommonWhy(why),
      ...site.describeSteps(plan),
      site.describePlan(plan),
      ...written,
    ],
  };
}

/** `/fr/=/`; what is wrong with it is told by who reads it. */
function mountsOf(given: readonly string[] | undefined): Mounts | undefined {
  if (given === undefined) return undefined;
  const pairs = given.map((text) => {
    const [from = '', ...to] = text.split('=');
    return [from, to.join('=')] as const;
  });
  return Object.fromEntries(pairs);
}

function listPages({ pages }: Plan, describe: (page: PlannedPage) => string): string[] {
  const listed = pages.slice(0, MOST_LISTED).map((page) => describe(page));
  const more = pages.length - listed.length;
  return more > 0 ? [...listed, `… and ${more} more`] : listed;
}
