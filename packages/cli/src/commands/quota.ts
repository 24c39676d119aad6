import type { Command } from '../commander.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';
import { endpointOf } from '../settings/check.ts';
import { addSettingFlags } from '../settings/flags.ts';
import { resolveSettings, type SettingFlags } from '../settings/settings.ts';
import { formatTable } from '../table.ts';

const AFTER_HELP = `
  freshtag quota
  freshtag quota --json | jq '.result.quotas[0].remaining'

The cloud names no quota for tags, though a refresh by tag can use one up.`;

export function addQuotaCommand(program: Command, session: Session): void {
  const command = program.command('quota').description('show what is left of today’s quotas');
  addSettingFlags.endpoint(command);
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (flags: SettingFlags) => {
      session.outcome = await quotaCommand(flags, session);
    });
}

async function quotaCommand(flags: SettingFlags, session: Session): Promise<Outcome> {
  const { createDcdnClient, describeRefreshQuota } = await import('@freshtag/core');
  const settings = await resolveSettings(flags, session);
  const client = createDcdnClient({ endpoint: await endpointOf(settings) });
  const quotas = await describeRefreshQuota(client, session.signal);
  const rows = quotas.map(({ kind, limit, remaining }) => [kind, `${remaining} left of ${limit}`]);
  const lines = rows.length === 0 ? ['the cloud reported no quotas'] : formatTable(rows);
  return { result: { quotas }, lines };
}
