import { EXIT_CODES } from './exit-codes.ts';
import { Signalled } from './outcome.ts';
import { flushOutput, outputFailure, printError } from './output.ts';
import { startRun } from './run.ts';

const SIGNALS = {
  SIGINT: EXIT_CODES.interrupted,
  SIGTERM: EXIT_CODES.terminated,
  SIGHUP: EXIT_CODES.hungUp,
} as const;

/**
 * Runs one command line as all that this process is for, and ends it: whatever a configuration file
 * has left running. The first signal, or the first error that nobody caught, has the command end and
 * tell what was done until then; the second ends it at once.
 */
export async function runAsProcess(args: readonly string[]): Promise<never> {
  const stop = new AbortController();
  const run = startRun(args, stop.signal);
  const onStop = (reason: unknown): void => {
    if (stop.signal.aborted) void exit(run.abandon(reason));
    else stop.abort(reason);
  };
  for (const [name, exitCode] of Object.entries(SIGNALS))
    process.on(name, () => onStop(new Signalled(exitCode)));
  process.on('uncaughtException', onStop);
  return exit(await run.ended);
}

async function exit(exitCode: number): Promise<never> {
  await flushOutput();
  const failure = outputFailure();
  if (failure !== undefined) {
    printError(
      `standard output cannot be written to (${failure}), so the result is not whole there`,
    );
    await flushOutput();
  }
  return process.exit(
    exitCode === EXIT_CODES.done && failure !== undefined ? EXIT_CODES.notDone : exitCode,
  );
}
