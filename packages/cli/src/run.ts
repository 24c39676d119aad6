import { styleText } from 'node:util';

import { Command } from './commander.ts';
import { addApplyCommand } from './commands/apply.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addConfigCommand } from './commands/config.ts';
import { addEdgeCommand } from './commands/edge.ts';
import { addHeadersCommand } from './commands/headers.ts';
import { addPlanCommand } from './commands/plan.ts';
import { addQuotaCommand } from './commands/quota.ts';
import { addRefreshCommand } from './commands/refresh.ts';
import { addRelayCommand } from './commands/relay.ts';
import { addStateCommand } from './commands/state.ts';
import { addStatusCommand } from './commands/status.ts';
import { addVerifyCommand } from './commands/verify.ts';
import type { Outcome } from './outcome.ts';
import { printError, write } from './output.ts';
import { judge, judgeEnd, report, type Judged, type Line } from './report.ts';
import type { Session } from './session.ts';
import { version } from './version.ts';

const AFTER_HELP = `
  freshtag plan dist --domain www.example.com   # after the build
  freshtag apply --origin https://origin.example.com   # after the upload
  freshtag verify --origin https://origin.example.com --until-fresh
  freshtag refresh country:de country:fr --wait

Settings:    flags, then variables (FRESHTAG_DOMAIN, FRESHTAG_ENVIRONMENT,
             FRESHTAG_ENDPOINT), then freshtag.config.ts: see freshtag config
Access key:  ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET
Exit codes:  0 done, 1 not done (cloud, network, origin), 2 wrong input,
             3 stale (verify), 70 a fault of freshtag, 130 interrupted`;

/** A command line that is being carried out. */
export interface Run {
  /** The exit code; messages have gone to standard output and standard error. */
  readonly ended: Promise<number>;
  /** Tells why it ends now, unless its end was told already, and is silent from then on. */
  readonly abandon: (reason: unknown) => number;
}

/**
 * Runs one command line, without `node` and the script's name.
 *
 * @returns the exit code; messages have gone to standard output and standard error
 */
export async function run(args: readonly string[]): Promise<number> {
  return startRun(args, new AbortController().signal).ended;
}

/** The same, to be stopped by a signal whose reason is a `Signalled`, or an error that nobody caught. */
export function startRun(args: readonly string[], signal: AbortSignal): Run {
  const session = createSession(signal);
  const words = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
  const json = words.includes('--json');
  let help = '';
  const program = createProgram(session, (text) => {
    if (json) help += text;
    else write('stdout', text);
  });
  // Known before the line is parsed, so that a wrong line is answered in JSON too.
  const names = new Set(program.commands.map((command) => command.name()));
  const line: Line = { command: words.find((word) => names.has(word)) ?? 'freshtag', json };
  let exitCode: number | undefined;
  const tell = (outcome: Outcome | undefined, judged: Judged | undefined): number =>
    (exitCode ??= report(line, outcome, judged));

  const carryOut = async (): Promise<number> => {
    let failure: unknown;
    try {
      await program.parseAsync([...args], { from: 'user' });
      failure = session.outcome?.error;
    } catch (error) {
      failure = error;
    }
    const judged = await judge(failure, session);
    const asked = help === '' ? undefined : { result: { help: help.trimEnd() }, lines: [] };
    return tell(session.outcome ?? asked, judged);
  };
  return { ended: carryOut(), abandon: (reason) => tell(undefined, judgeEnd(reason)) };
}

function createSession(signal: AbortSignal): Session {
  return {
    signal,
    env: process.env,
    get cwd() {
      return process.cwd();
    },
    configFile: undefined,
    outcome: undefined,
  };
}

function createProgram(session: Session, show: (text: string) => void): Command {
  const program = new Command('freshtag')
    .description('Refresh exactly what changed behind Alibaba Cloud DCDN, by cache tag.')
    .version(version)
    .helpCommand(false)
    .showHelpAfterError('(add --help to see what is allowed)')
    .configureHelp({ styleTitle: (title) => styleText('bold', title) })
    .configureOutput({
      writeOut: show,
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
  addHeadersCommand(program, session);
  addVerifyCommand(program, session);
  addRefreshCommand(program, session);
  addRelayCommand(program, session);
  addStateCommand(program, session);
  addStatusCommand(program, session);
  addQuotaCommand(program, session);
  addConfigCommand(program, session);
  addEdgeCommand(program, session);
  addCompletionCommand(program, session);
  for (const command of program.commands) command.option('--json', 'print one JSON object');
  return program;
}
