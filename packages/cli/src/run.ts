import { isFreshtagError } from '@freshtag/core';
import { Command, CommanderError } from 'commander';

import { addApplyCommand } from './commands/apply.ts';
import { addEdgeCommand } from './commands/edge.ts';
import { addPlanCommand } from './commands/plan.ts';
import { addRefreshCommand } from './commands/refresh.ts';
import { EXIT_CODES, exitCodeOf, type ExitCode } from './exit-codes.ts';
import { printError } from './output.ts';
import { version } from './version.ts';

const AFTER_HELP = `
Access key: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN
API address: --endpoint or FRESHTAG_ENDPOINT (default: the cloud)
Exit codes:  0 done, 1 not done (cloud, network, origin), 2 wrong input, 70 a fault of freshtag`;

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
  try {
    await createProgram(interrupted.signal).parseAsync([...args], { from: 'user' });
    return EXIT_CODES.done;
  } catch (error) {
    return report(error, interrupted.signal);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

function createProgram(signal: AbortSignal): Command {
  const program = new Command('freshtag')
    .description('Refresh exactly what changed behind Alibaba Cloud DCDN, by cache tag.')
    .version(version)
    .helpCommand(false)
    .showHelpAfterError('(freshtag --help shows what is allowed)')
    .addHelpText('after', AFTER_HELP)
    .exitOverride();
  addRefreshCommand(program, signal);
  addPlanCommand(program);
  addApplyCommand(program, signal);
  addEdgeCommand(program, signal);
  return program;
}

function report(error: unknown, signal: AbortSignal): ExitCode {
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.wrongInput;
  if (signal.aborted) {
    printError('Interrupted. What was not refreshed to the end stays in the edge state.');
    return EXIT_CODES.interrupted;
  }
  if (isFreshtagError(error)) {
    printError(`${error.code}: ${error.message}`);
    return exitCodeOf(error);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printError(
    `This is a fault in freshtag ${version}. Please report it with these lines:\n${stack}`,
  );
  return EXIT_CODES.fault;
}
