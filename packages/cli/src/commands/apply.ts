import type { ApplyResult } from '@freshtag/core/site';
import { resolve } from 'node:path';

import { Option, type Command } from '../commander.ts';
import { Interrupted, type Outcome } from '../outcome.ts';
import { printProgress } from '../output.ts';
import { LONGEST_DELAY_MS, wholeNumber } from '../parse.ts';
import type { Session } from '../session.ts';
import { checkSetting, endpointOf, oneDomainOf } from '../settings/check.ts';
import { addSettingFlags } from '../settings/flags.ts';
import {
  callOptionsOf,
  directoryOf,
  resolveSettings,
  waitOptionsOf,
  type SettingFlags,
  type Settings,
} from '../settings/settings.ts';
import { openStoreOf } from '../settings/state-store.ts';

interface ApplyFlags extends Omit<SettingFlags, 'secondPassDelayMs'> {
  readonly plan?: string;
  readonly originTimeout: number;
  readonly now?: true;
  readonly secondPassDelay?: number;
  readonly secondPass: boolean;
}

const AFTER_HELP = `
The new build must be fetchable before the edge is refreshed: name the origin to
ask, or say --now. After any failure, run it again; or plan the next build,
which takes up what is left.

  freshtag apply --domain www.example.com --origin https://origin.example.com
  freshtag apply --domain www.example.com --now`;

export function addApplyCommand(program: Command, session: Session): void {
  const command = program
    .command('apply')
    .description('refresh what a plan says, after the upload, until the edge holds nothing old');
  addSettingFlags.domain(command);
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
    );
  addSettingFlags.endpoint(command);
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (flags: ApplyFlags) => {
      session.outcome = await applyCommand(flags, session);
    });
}

async function applyCommand(flags: ApplyFlags, session: Session): Promise<Outcome> {
  const [core, site] = await Promise.all([import('@freshtag/core'), import('@freshtag/core/site')]);
  const { signal, cwd } = session;
  if (flags.plan === '') throw core.invalidOption('--plan', '', 'the path of a plan');
  const settings = await resolveSettings(
    { ...flags, secondPassDelayMs: flags.secondPass ? flags.secondPassDelay : false },
    session,
  );
  const origin = await originOf(flags, settings);
  const where = {
    domain: await oneDomainOf(settings),
    environment: await checkSetting(settings.environment, site.checkEnvironment),
  };
  const files = site.deployFiles(directoryOf(settings, cwd), where);
  const plan = await site.readPlan(
    flags.plan === undefined ? files.plan : resolve(cwd, flags.plan),
  );
  const endpoint = await endpointOf(settings);
  core.createDcdnClient({ endpoint });
  try {
    const result = await site.applyPlan(plan, {
      endpoint,
      store: await openStoreOf(settings, { files, where, session }),
      origin,
      originTimeoutMs: flags.originTimeout,
      ...callOptionsOf(settings),
      ...waitOptionsOf(settings),
      secondPassDelayMs: settings.secondPassDelayMs.value,
      edgeLayers: settings.edgeLayers.value,
      signal,
      onWaiting: (asked) => printProgress(`waiting until ${asked} serves the new build`),
      onProgress: site.logOnce(printProgress),
    });
    return describeApply(result);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Interrupted(
      'Interrupted. What was not refreshed to the end stays in the edge state; run freshtag apply again.',
    );
  }
}

/** `--now` is nearer than an origin in the configuration file. */
async function originOf(flags: ApplyFlags, { origin }: Settings): Promise<string | undefined> {
  if (flags.now === true) return undefined;
  if (origin.value !== undefined) return origin.value;
  const { invalidOption } = await import('@freshtag/core');
  throw invalidOption(
    '--origin',
    '(nothing)',
    'either --origin URL or --now, to say when the new build can be fetched; or write origin into freshtag.config.ts',
  );
}

function describeApply(result: ApplyResult): Outcome {
  const { pages, tags, directories, calls, complete } = result;
  const certainty = complete ? 'complete' : 'settled: the cloud reported nothing of the tasks';
  const also = directories === 0 ? '' : ` and directories: ${directories}`;
  return {
    result: { pages, tags, directories, calls, complete },
    lines: [`${pages} pages refreshed by ${tags} tags${also} in ${calls} calls, ${certainty}`],
  };
}
