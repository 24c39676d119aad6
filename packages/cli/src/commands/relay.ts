import type { HistoryQuery, RowState } from '@freshtag/core/relay';

import { Argument, Option, type Command } from '../commander.ts';
import type { Outcome } from '../outcome.ts';
import { LONGEST_DELAY_MS, wholeNumber } from '../parse.ts';
import { historyLines, statusLines } from '../relay/lines.ts';
import { openOutbox, type OpenOutbox } from '../relay/open-outbox.ts';
import { runRelay } from '../relay/run-relay.ts';
import { watchOutbox } from '../relay/watch.ts';
import type { Session } from '../session.ts';
import { addSettingFlags } from '../settings/flags.ts';
import { resolveSettings, type SettingFlags, type Settings } from '../settings/settings.ts';
import { count } from '../table.ts';
import { pastTime } from '../verify/duration.ts';

const ACTIONS = ['run', 'status', 'watch', 'redrive', 'history'] as const;
type Action = (typeof ACTIONS)[number];

const STATES: readonly RowState[] = [
  'waiting',
  'passing',
  'completing',
  'complete',
  'settled',
  'parked',
  'discarded',
];

interface RelayFlags extends Omit<SettingFlags, 'domain'> {
  readonly untilDrained?: true;
  readonly interval: number;
  readonly domain?: string;
  readonly tag?: string;
  readonly subject?: string;
  readonly actor?: string;
  readonly rowState?: RowState;
  readonly code?: string;
  readonly since?: number;
  readonly before?: number;
  readonly limit: number;
  readonly json?: true;
}

const AFTER_HELP = `
  freshtag relay run --outbox sqlite:outbox.db
  FRESHTAG_OUTBOX=postgres://app@db/app freshtag relay status
  freshtag relay history --tag article:42
  freshtag relay redrive --code KEY_REFUSED

A server's outbox needs knex and its driver in the project: npm install knex pg.
Give an address with a password as FRESHTAG_OUTBOX: flags can be seen by all who
use the machine. run carries what your backend appends; as many may run as you
like. What happens to rows: docs/relay.md.`;

export function addRelayCommand(program: Command, session: Session): void {
  const command = program
    .command('relay')
    .description('carry what waits in an outbox to the cloud, or look at it')
    .addArgument(new Argument('<action>', 'what to do').choices([...ACTIONS]));
  addSettingFlags.outbox(command);
  addSettingFlags
    .environment(command)
    .option('--until-drained', 'for run: end when nothing waits or is on its way any more')
    .option(
      '--interval <ms>',
      'for watch: how often to look',
      wholeNumber(100, LONGEST_DELAY_MS),
      1000,
    )
    .option('--domain <name>', 'for history and redrive: rows for this domain')
    .option('--tag <tag>', 'for history and redrive: rows of this tag')
    .option('--code <code>', 'for redrive: what waits or is parked for this reason')
    .option('--subject <name>', 'for history: rows about this')
    .option('--actor <name>', 'for history: changes of this user')
    .addOption(new Option('--row-state <state>', 'for history').choices([...STATES]))
    .option('--since <time>', 'for history: rows since then, like 2026-11-22T14:00:00Z', pastTime)
    .option('--before <row>', 'for history: older than this row', wholeNumber(1, 2 ** 53))
    .option('--limit <n>', 'for history: so many rows', wholeNumber(1, 1000), 20);
  addSettingFlags.endpoint(command);
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (action: Action, flags: RelayFlags) => {
      session.outcome = await relayCommand(action, flags, session);
    });
}

async function relayCommand(
  action: Action,
  flags: RelayFlags,
  session: Session,
): Promise<Outcome | undefined> {
  const { domain: _, ...settingFlags } = flags;
  const settings = await resolveSettings(settingFlags, session);
  const outbox = await openOutbox(settings, session);
  try {
    return await act(action, outbox, { flags, settings, session });
  } finally {
    await outbox.close();
  }
}

async function act(
  action: Action,
  outbox: OpenOutbox,
  use: { readonly flags: RelayFlags; readonly settings: Settings; readonly session: Session },
): Promise<Outcome | undefined> {
  const { flags, session } = use;
  const { store } = outbox;
  if (action === 'run') return runRelay(outbox, flags, use);
  if (action === 'watch') return watchOutbox(outbox, flags, session);
  if (action === 'status') {
    const statistics = await store.statistics();
    return { result: { ...statistics }, lines: statusLines(statistics) };
  }
  if (action === 'history') {
    const rows = await store.history(queryOf(flags));
    return { result: { rows }, lines: historyLines(rows) };
  }
  const { domain, tag, code } = flags;
  const redriven = await store.redrive(given({ domain, tag, code }));
  return { result: { redriven }, lines: [`${count(redriven, 'item')} to be carried again`] };
}

function queryOf({
  domain,
  tag,
  subject,
  actor,
  rowState,
  since,
  before,
  limit,
}: RelayFlags): HistoryQuery {
  return given({
    domain,
    tag,
    subject,
    actor,
    state: rowState,
    sinceMs: since,
    beforeId: before,
    limit,
  });
}

/** Without what was not given. */
function given<T extends object>(values: { [K in keyof T]: T[K] | undefined }): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is undefined is left out
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
