import type { FreshtagError } from '@freshtag/core';

import { CommanderError } from './commander.ts';
import { EXIT_CODES, exitCodeOf, type ExitCode } from './exit-codes.ts';
import { describeError, type ErrorObject } from './error-object.ts';
import { Interrupted, type Outcome } from './outcome.ts';
import { printError, printLine } from './output.ts';
import { version } from './version.ts';

/** How a run ended. */
export interface End {
  readonly command: string;
  readonly json: boolean;
  readonly signal: AbortSignal;
  readonly outcome: Outcome | undefined;
  /** What was thrown, or why the outcome is not whole; `undefined` if everything was done. */
  readonly failure: unknown;
}

interface Judged {
  readonly exitCode: ExitCode;
  /** For people; `undefined` if commander has told them. */
  readonly message?: string;
  readonly error: ErrorObject;
}

/** Prints what came out, once: as JSON, or for people. */
export async function reportEnd(end: End): Promise<ExitCode> {
  const { command, outcome, failure } = end;
  if (failure instanceof CommanderError && failure.exitCode === 0) return EXIT_CODES.done;
  const judged = failure === undefined ? undefined : await judge(failure, end.signal);
  const exitCode = judged?.exitCode ?? EXIT_CODES.done;
  if (end.json) {
    if (outcome !== undefined || judged !== undefined) {
      const { result } = { result: undefined, ...outcome };
      const ok = exitCode === EXIT_CODES.done;
      printLine(JSON.stringify({ command, ok, exitCode, result, error: judged?.error }));
    }
  } else {
    for (const line of outcome?.lines ?? []) printLine(line);
  }
  if (judged?.message !== undefined) printError(judged.message);
  return exitCode;
}

async function judge(failure: unknown, signal: AbortSignal): Promise<Judged> {
  if (failure instanceof CommanderError) {
    const message =
      failure.code === 'commander.help'
        ? 'no command was given'
        : failure.message.replace(/^error: /, '');
    return {
      exitCode: EXIT_CODES.wrongInput,
      error: { code: 'INVALID_OPTION', message, recovery: 'stop' },
    };
  }
  if (signal.aborted) {
    const message =
      failure instanceof Interrupted ? failure.message : 'Interrupted. Nothing was changed.';
    return {
      exitCode: EXIT_CODES.interrupted,
      message,
      error: { code: 'INTERRUPTED', message, recovery: 'retry' },
    };
  }
  const { isFreshtagError } = await import('@freshtag/core');
  return isFreshtagError(failure) ? judgeKnown(failure) : judgeFault(failure);
}

function judgeKnown(failure: FreshtagError): Judged {
  return {
    exitCode: exitCodeOf(failure),
    message: `${failure.code}: ${failure.message}`,
    error: describeError(failure),
  };
}

function judgeFault(failure: unknown): Judged {
  const stack = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  const message = failure instanceof Error ? failure.message : String(failure);
  return {
    exitCode: EXIT_CODES.fault,
    message: `This is a fault in freshtag ${version}. Please report it with these lines:\n${stack}`,
    error: { code: 'FAULT', message, recovery: 'stop' },
  };
}

/** For what nobody caught. */
export function reportFault(
  failure: unknown,
  { command, json }: Pick<End, 'command' | 'json'>,
): ExitCode {
  const { exitCode, message, error } = judgeFault(failure);
  if (json) printLine(JSON.stringify({ command, ok: false, exitCode, error }));
  printError(message ?? '');
  return exitCode;
}
