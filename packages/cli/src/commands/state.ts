import { Argument, type Command } from '../commander.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';
import { checkSetting, oneDomainOf } from '../settings/check.ts';
import { addSettingFlags } from '../settings/flags.ts';
import { directoryOf, resolveSettings, type SettingFlags } from '../settings/settings.ts';
import { openStoreOf } from '../settings/state-store.ts';
import { diffState } from '../state/diff.ts';
import { resetState } from '../state/reset.ts';
import { showState } from '../state/show.ts';

/** What `freshtag state` can do. */
const ACTIONS = ['show', 'diff', 'reset'] as const;
type Action = (typeof ACTIONS)[number];

interface StateFlags extends SettingFlags {
  readonly yes?: true;
}

const AFTER_HELP = `
  freshtag state show --domain www.example.com
  freshtag state diff dist                      # against a built folder,
  freshtag state diff manifest.json             # a manifest, a state,
  freshtag state diff sqlite:.freshtag/old.db   # or a state in another store
  freshtag state reset --yes

reset forgets what the edge may hold: the next plan drops every tagged page from
it once. Where the edge keeps its state, and what each store guarantees:
docs/state.md.`;

export function addStateCommand(program: Command, session: Session): void {
  const command = program
    .command('state')
    .description('show or reset what the edge may hold')
    .addArgument(new Argument('<action>', 'what to do').choices([...ACTIONS]))
    .argument('[other]', 'for diff: built folder, manifest.json, or another state');
  addSettingFlags.domain(command);
  addSettingFlags.environment(command);
  addSettingFlags.state(command);
  addSettingFlags.directory(command);
  command.option('--yes', 'for reset: do it');
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (action: Action, other: string | undefined, flags: StateFlags) => {
      session.outcome = await stateCommand(action, { other, flags }, session);
    });
}

async function stateCommand(
  action: Action,
  { other, flags }: { readonly other: string | undefined; readonly flags: StateFlags },
  session: Session,
): Promise<Outcome> {
  const [core, site] = await Promise.all([import('@freshtag/core'), import('@freshtag/core/site')]);
  const settings = await resolveSettings(flags, session);
  if (action === 'diff' && (other ?? '') === '') {
    throw core.invalidOption(
      'state diff',
      other ?? '(nothing)',
      'what to compare with: a built folder, a manifest.json, or another state',
    );
  }
  if (action !== 'diff' && other !== undefined)
    throw core.invalidOption(`state ${action}`, other, 'nothing after it');
  const where = {
    domain: await oneDomainOf(settings),
    environment: await checkSetting(settings.environment, site.checkEnvironment),
  };
  const files = site.deployFiles(directoryOf(settings, session.cwd), where);
  const use = { where, session, store: await openStoreOf(settings, { files, where, session }) };
  if (action === 'show') return showState(use);
  if (action === 'reset') return resetState(use, { isSure: flags.yes === true });
  return diffState(use, { other: other ?? '', settings });
}
