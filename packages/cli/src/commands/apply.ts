import { Option, type Command } from '../commander.ts';
import { applyDomain, dryApply, type ApplyJob } from '../apply/apply-domain.ts';
import { startApplyProgress } from '../apply/progress.ts';
import { markdownOf } from '../apply/report.ts';
import { atOnce, oneByOne, outcomeOf } from '../domains.ts';
import { appendJobSummary } from '../job-summary.ts';
import type { Outcome } from '../outcome.ts';
import { LONGEST_DELAY_MS, wholeNumber } from '../parse.ts';
import type { Session } from '../session.ts';
import { checkSetting, domainsOf, endpointOf } from '../settings/check.ts';
import { addSettingFlags } from '../settings/flags.ts';
import {
  originSettingOf,
  resolveSettings,
  type SettingFlags,
  type Settings,
} from '../settings/settings.ts';

interface ApplyFlags extends Omit<SettingFlags, 'secondPassDelayMs'> {
  readonly plan?: string;
  readonly originTimeout: number;
  readonly now?: true;
  readonly dryRun?: true;
  readonly secondPassDelay?: number;
  readonly secondPass: boolean;
}

const AFTER_HELP = `
The new build must be fetchable before the edge is refreshed: name the origin to
ask, or say --now. After any failure, run it again: it goes on with what is
left. Several domains go on at once; one that fails does not stop the others.

  freshtag apply --domain www.example.com --origin https://origin.example.com
  freshtag apply --domain www.example.com --now`;

export function addApplyCommand(program: Command, session: Session): void {
  const command = program
    .command('apply')
    .description('refresh what a plan says, after the upload, until the edge holds nothing old');
  addSettingFlags.domains(command);
  addSettingFlags.environment(command);
  addSettingFlags.state(command);
  addSettingFlags
    .directory(command)
    .option('--plan <file>', 'the plan (default: the one in the directory)')
    .option('--origin <url>', 'URL of the origin itself: wait until it serves the new build')
    .option(
      '--origin-timeout <ms>',
      'longest wait for the origin',
      wholeNumber(0, LONGEST_DELAY_MS),
      600_000,
    )
    .addOption(new Option('--now', 'the origin serves the new build already').conflicts('origin'))
    .addOption(
      new Option(
        '--second-pass-delay <ms>',
        'longer than the origin’s slowest answer takes (default: 30000)',
      )
        .argParser(wholeNumber(0, LONGEST_DELAY_MS))
        .conflicts('secondPass'),
    )
    .option(
      '--no-second-pass',
      'refresh once, and let fetches that are under way store old content',
    )
    .option(
      '--edge-layers <n>',
      'caches one behind another at the edge (default: 2)',
      wholeNumber(1, 5),
    )
    .option('--dry-run', 'only show what is left to refresh, send nothing');
  addSettingFlags.endpoint(command);
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (flags: ApplyFlags) => {
      session.outcome = await applyCommand(flags, session);
    });
}

async function applyCommand(flags: ApplyFlags, session: Session): Promise<Outcome> {
  const core = await import('@freshtag/core');
  const { checkEnvironment } = await import('@freshtag/core/site');
  if (flags.plan === '') throw core.invalidOption('--plan', '', 'the path of a plan');
  const settings = await resolveSettings(
    { ...flags, secondPassDelayMs: flags.secondPass ? flags.secondPassDelay : false },
    session,
  );
  const dryRun = flags.dryRun === true;
  const domains = await domainsOf(settings);
  const job: ApplyJob = {
    settings,
    session,
    environment: await checkSetting(settings.environment, checkEnvironment),
    endpoint: await endpointOf(settings),
    planFile: flags.plan,
    origins: dryRun ? new Map() : await originsOf(domains, flags, settings),
    originTimeoutMs: flags.originTimeout,
  };
  if (flags.plan !== undefined && domains.length > 1)
    throw core.invalidOption('--plan', flags.plan, 'it with one domain, since a plan is of one');
  if (dryRun)
    return outcomeOf(await oneByOne(domains, (domain) => dryApply(domain, job), session), session);
  core.createDcdnClient({ endpoint: job.endpoint });
  const progress = await startApplyProgress(domains);
  try {
    const ended = await atOnce(domains, (domain) => applyDomain(domain, job, progress.of(domain)));
    await appendJobSummary(session.env, markdownOf(ended));
    return await outcomeOf(ended, session, 'REFRESH_INCOMPLETE');
  } finally {
    progress.stop();
  }
}

/**
 * The origin of each domain: `--now` is nearer than one in the configuration file, and there what is
 * said of the domain is nearer than what is said of all.
 */
async function originsOf(
  domains: readonly string[],
  { now }: ApplyFlags,
  settings: Settings,
): Promise<ReadonlyMap<string, string>> {
  if (now === true) return new Map();
  const { invalidOption } = await import('@freshtag/core');
  const { checkOrigin } = await import('@freshtag/core/site');
  const origins = new Map<string, string>();
  for (const domain of domains) {
    const origin = originSettingOf(settings, domain);
    if (origin.value === undefined)
      throw invalidOption(
        '--origin',
        '(nothing)',
        `either --origin URL or --now, to say when the new build can be fetched; or write origin into freshtag.config.ts${domains.length > 1 ? `, for ${domain} too` : ''}`,
      );
    origins.set(domain, await checkSetting({ ...origin, value: origin.value }, checkOrigin));
  }
  return origins;
}
