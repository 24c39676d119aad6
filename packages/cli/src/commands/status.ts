import type { RefreshTask } from '@freshtag/core';

import type { Command } from '../commander.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';
import { endpointOf } from '../settings/check.ts';
import { addSettingFlags } from '../settings/flags.ts';
import { resolveSettings, type SettingFlags } from '../settings/settings.ts';
import { formatTable } from '../table.ts';

const IDS_A_CALL = 10;
const AFTER_HELP = `
  freshtag status 16927309 16927310
  freshtag status --json | jq '.result.tasks[] | select(.status == "failed")'

The cloud keeps tasks for three days. One that it does not report may not be
visible yet, or never be: whether it reports refreshes by tag is undocumented.
That is no error, and ends with 0.`;

export function addStatusCommand(program: Command, session: Session): void {
  const command = program
    .command('status')
    .description('show how far refreshes are')
    .argument('[ids...]', 'task ids; without any, the 20 newest tasks of the account');
  addSettingFlags.endpoint(command);
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (ids: readonly string[], flags: SettingFlags) => {
      session.outcome = await statusCommand(ids, flags, session);
    });
}

async function statusCommand(
  args: readonly string[],
  flags: SettingFlags,
  session: Session,
): Promise<Outcome> {
  const core = await import('@freshtag/core');
  const ids = [...new Set(args.flatMap((arg) => arg.split(',')).map((id) => id.trim()))];
  for (const id of ids) {
    if (!/^\d{1,40}$/.test(id))
      throw core.invalidOption(
        'ids',
        id,
        'task ids, which are numbers, as freshtag refresh prints them',
      );
  }
  const settings = await resolveSettings(flags, session);
  const client = core.createDcdnClient({ endpoint: await endpointOf(settings) });
  const tasks: RefreshTask[] = [];
  for (let start = 0; start < ids.length; start += IDS_A_CALL) {
    const some = ids.slice(start, start + IDS_A_CALL);
    tasks.push(...(await core.describeRefreshTasksById(client, some, session.signal)));
  }
  if (ids.length === 0)
    tasks.push(...(await core.describeRefreshTasks(client, {}, session.signal)).tasks);
  const reported = new Set(tasks.map(({ taskId }) => taskId));
  const missing = ids.filter((id) => !reported.has(id));
  return { result: { tasks, missing }, lines: linesOf(tasks, missing) };
}

function* linesOf(tasks: readonly RefreshTask[], missing: readonly string[]): Iterable<string> {
  const rows = tasks.map(({ taskId, status, percent, creationTime, objectPath, description }) => [
    taskId,
    status,
    `${percent} %`,
    creationTime ?? '',
    description ?? objectPath ?? '',
  ]);
  yield* formatTable([...rows, ...missing.map((id) => [id, 'not reported'])]);
  if (rows.length + missing.length === 0) yield 'no tasks in the last three days';
}
