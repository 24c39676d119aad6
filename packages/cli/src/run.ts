import { styleText } from 'node:util';

import { Command } from './commander.ts';
import { addApplyCommand } from './commands/apply.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addConfigCommand } from './commands/config.ts';
import { addEdgeCommand } from './commands/edge.ts';
import { addPlanCommand } from './commands/plan.ts';
import { addQuotaCommand } from './commands/quota.ts';
import { addRefreshCommand } from './commands/refresh.ts';
import { addStatusCommand } from './commands/status.ts';
import type { ExitCode } from './exit-codes.ts';
import { printError, write } from './output.ts';
import { reportEnd } from './report.ts';
import type { Session } from './session.ts';
import { version } from './version.ts';

const COMMANDS = new Set([
  'plan',
  'apply',
  'refresh',
  'status',
  'quota',
  'config',
  'edge',
  'completion',
]);

const AFTER_HELP = `
  freshtag plan dist --domain www.example.com       # after the build, before the upload
  freshtag apply --origin https://origin.example.com
  freshtag refresh country:de country:fr --wait

Settings:    flags, then variables (FRESHTAG_DOMAIN, FRESHTAG_ENVIRONMENT, FRESHTAG_ENDPOINT),
             then freshtag.config.ts; freshtag config shows them
Access key:  ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN
Exit codes:  0 done, 1 not done (cloud, network, origin), 2 wrong input, 70 a fault of freshtag,
             130 interrupted`;

/**
 * Runs one command line, without `node` and the script's name.
 *
 * @returns the exit code; messages have gone to standard output and standard error
 */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const interrupted = new AbortController();
  const onInterrupt = (): void => interrupted.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  const { signal } = interrupted;
  const session: Session = { signal, env: process.env, cwd: process.cwd(), outcome: undefined };
  const program = createProgram(session);
  const end = { signal, ...describeLine(args) };
  try {
    await program.parseAsync([...args], { from: 'user' });
    return await reportEnd({ ...end, outcome: session.outcome, failure: session.outcome?.error });
  } catch (error) {
    return await reportEnd({ ...end, outcome: session.outcome, failure: error });
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

function createProgram(session: Session): Command {
  const program = new Command('freshtag')
    .description('Refresh exactly what changed behind Alibaba Cloud DCDN, by cache tag.')
    .version(version)
    .helpCommand(false)
    .showHelpAfterError('(add --help to see what is allowed)')
    .configureHelp({ styleTitle: (title) => styleText('bold', title) })
    .configureOutput({
      writeOut: (text) => write('stdout', text),
      writeErr: (text) => write('stderr', text),
      outputError: (text) => {
        if (text.startsWith('error: ')) printError(text.slice('error: '.length).trimEnd());
        else write('stderr', text);
      },
    })
    .addHelpText('after', AFTER_HELP)
    .exitOverride();
  addPlanCommand(program, session);
  addApplyCommand(program, session);
  addRefreshCommand(program, session);
  addStatusCommand(program, session);
  addQuotaCommand(program, session);
  addConfigCommand(program, session);
  addEdgeCommand(program, session);
  addCompletionCommand(program, session);
  for (const command of program.commands) command.option('--json', 'print one JSON object');
  return program;
}

/** Known before the line is parsed, so that a wrong line is answered in JSON too. */
export function describeLine(args: readonly string[]): { command: string; json: boolean } {
  const end = args.indexOf('--');
  const words = args.slice(0, end === -1 ? args.length : end);
  const command = words.find((word) => COMMANDS.has(word)) ?? 'freshtag';
  return { command, json: words.includes('--json') };
}
