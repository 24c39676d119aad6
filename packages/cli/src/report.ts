import type { FreshtagError } from '@freshtag/core';

import { CommanderError } from './commander.ts';
import { EXIT_CODES, exitCodeOf } from './exit-codes.ts';
import { describeError, type ErrorObject } from './error-object.ts';
import { Interrupted, Signalled, type Outcome } from './outcome.ts';
import { printError, printLine } from './output.ts';
import type { Session } from './session.ts';
import { messageOf, stackOf, withoutSecrets } from './thrown.ts';
import { version } from './version.ts';

/** The command line, as far as it is understood before it is parsed. */
export interface Line {
  readonly command: string;
  readonly json: boolean;
}

/** Why not everything was done. */
export interface Judged {
  readonly exitCode: number;
  /** For people; `undefined` if commander has told them. */
  readonly message?: string;
  readonly error: ErrorObject;
}

/** Prints what came out: as JSON, or for people. */
export function report(
  { command, json }: Line,
  outcome: Outcome | undefined,
  judged: Judged | undefined,
): number {
  const exitCode = judged?.exitCode ?? EXIT_CODES.done;
  if (json) {
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

/**
 * What a failure means for whoever ran the command.
 * @returns `undefined` if nothing failed
 */
export async function judge(failure: unknown, session: Session): Promise<Judged | undefined> {
  const { aborted, reason } = session.signal;
  if (aborted && !(reason instanceof Signalled)) return judgeOthers(reason, session);
  if (failure === undefined) return undefined;
  if (failure instanceof CommanderError) return judgeLine(failure);
  if (reason instanceof Signalled)
    return interrupted(reason, failure instanceof Interrupted ? failure.message : reason.message);
  const { isFreshtagError } = await import('@freshtag/core');
  return isFreshtagError(failure) ? judgeKnown(failure) : judgeOthers(failure, session);
}

/** What it means that a run is ended without waiting for what it is doing. */
export function judgeEnd(reason: unknown): Judged {
  if (!(reason instanceof Signalled)) return judgeFault(reason);
  return interrupted(
    reason,
    'Interrupted again, and so ended at once. What was under way may have taken effect; what was done is not listed.',
  );
}

function interrupted({ exitCode }: Signalled, message: string): Judged {
  return { exitCode, message, error: { code: 'INTERRUPTED', message, recovery: 'retry' } };
}

function judgeLine(failure: CommanderError): Judged | undefined {
  if (failure.exitCode === 0) return undefined;
  const message =
    failure.code === 'commander.help'
      ? 'no command was given'
      : failure.message.replace(/^error: /, '');
  return {
    exitCode: EXIT_CODES.wrongInput,
    error: { code: 'INVALID_OPTION', message, recovery: 'stop' },
  };
}

function judgeKnown(failure: FreshtagError): Judged {
  return {
    exitCode: exitCodeOf(failure),
    message: `${failure.code}: ${failure.message}`,
    error: describeError(failure),
  };
}

/** Errors of the machine and of the configuration file are none of freshtag's. */
async function judgeOthers(
  failure: unknown,
  { env, configFile, outcome }: Session,
): Promise<Judged> {
  const { FreshtagError } = await import('@freshtag/core');
  if (failure instanceof Error && 'syscall' in failure && failure.syscall === 'uv_cwd') {
    return judgeKnown(
      new FreshtagError(
        'FILE_INACCESSIBLE',
        'The working directory was deleted. Change to one that exists, and run it again.',
      ),
    );
  }
  if (configFile !== undefined && stackOf(failure).includes(configFile)) {
    const known = judgeKnown(
      new FreshtagError(
        'FILE_UNUSABLE',
        `${configFile} threw an error after it was loaded: ${withoutSecrets(messageOf(failure), env)}`,
      ),
    );
    // Wrong input says that nothing was sent.
    return outcome === undefined ? known : { ...known, exitCode: EXIT_CODES.notDone };
  }
  return judgeFault(failure);
}

function judgeFault(failure: unknown): Judged {
  return {
    exitCode: EXIT_CODES.fault,
    message: `This is a fault in freshtag ${version}. Please report it with these lines:\n${stackOf(failure)}`,
    error: { code: 'FAULT', message: messageOf(failure), recovery: 'stop' },
  };
}
