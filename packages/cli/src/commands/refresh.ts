import { Option, type Command } from '../commander.ts';
import type { Outcome } from '../outcome.ts';
import { collect } from '../parse.ts';
import { runRefresh } from '../refresh/run-refresh.ts';
import type { Session } from '../session.ts';
import { domainsOf, endpointOf } from '../settings/check.ts';
import { addSettingFlags } from '../settings/flags.ts';
import {
  callOptionsOf,
  resolveSettings,
  waitOptionsOf,
  type SettingFlags,
} from '../settings/settings.ts';

interface RefreshFlags extends SettingFlags {
  readonly file?: readonly string[];
  readonly wait?: true;
  readonly dryRun?: true;
}

const AFTER_HELP = `
  freshtag refresh country:de country:fr --domain www.example.com
  freshtag refresh page:/about --no-force --wait
  freshtag refresh --file tags.txt --dry-run
  psql -Atc 'select tag from changed' | freshtag refresh --json

Files and standard input have one tag a line, or tags separated by commas;
nothing is a comment. Tags with a type have an overflow tag, type:*, which is
refreshed with them: it stands on answers with more tags than fit into a header.`;

export function addRefreshCommand(program: Command, session: Session): void {
  const command = program
    .command('refresh')
    .description('refresh cache tags')
    .argument(
      '[tags...]',
      'cache tags; - reads standard input, as does no tag where that is a pipe',
    )
    .option('--file <file>', 'read tags from a file (repeatable)', collect);
  addSettingFlags.domains(command);
  addSettingFlags
    .force(command)
    .option('--wait', 'wait until the cloud reports the end; settles after 6 minutes of silence')
    .addOption(
      new Option('--dry-run', 'only show the calls; needs no access key').conflicts('wait'),
    );
  addSettingFlags.endpoint(command);
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (tags: readonly string[], flags: RefreshFlags) => {
      session.outcome = await refreshCommand(tags, flags, session);
    });
}

async function refreshCommand(
  args: readonly string[],
  flags: RefreshFlags,
  session: Session,
): Promise<Outcome> {
  const { signal } = session;
  const settings = await resolveSettings(flags, session);
  const options = {
    domain: await domainsOf(settings),
    endpoint: await endpointOf(settings),
    ...callOptionsOf(settings),
    ...waitOptionsOf(settings),
  };
  return runRefresh({
    args,
    files: flags.file ?? [],
    dryRun: flags.dryRun === true,
    wait: flags.wait === true,
    options,
    signal,
  });
}
