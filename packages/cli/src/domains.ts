import type { ErrorCode, FreshtagError } from '@freshtag/core';

import { describeError, type ErrorObject } from './error-object.ts';
import { Interrupted, type Outcome } from './outcome.ts';
import type { Session } from './session.ts';
import { messageOf } from './thrown.ts';

/** How one of the domains of a command ended. */
export interface DomainOutcome {
  readonly domain: string;
  readonly outcome?: Outcome | undefined;
  /** Why it was not done. */
  readonly error?: unknown;
}

/** One domain after the other: each begins whatever became of those before it, unless interrupted. */
export async function oneByOne(
  domains: readonly string[],
  work: (domain: string) => Promise<Outcome>,
  { signal }: Pick<Session, 'signal'>,
): Promise<DomainOutcome[]> {
  const ended: DomainOutcome[] = [];
  for (const domain of domains) {
    if (signal.aborted) ended.push({ domain, error: signal.reason });
    else ended.push(await tryDomain(domain, work));
  }
  return ended;
}

/** All at once; the calls of all of them keep to the pace of the account. */
export function atOnce(
  domains: readonly string[],
  work: (domain: string) => Promise<Outcome>,
): Promise<DomainOutcome[]> {
  return Promise.all(domains.map((domain) => tryDomain(domain, work)));
}

async function tryDomain(
  domain: string,
  work: (domain: string) => Promise<Outcome>,
): Promise<DomainOutcome> {
  try {
    const outcome = await work(domain);
    return { domain, outcome, error: outcome.error };
  } catch (error) {
    return { domain, error };
  }
}

/**
 * What a command tells of its domains: of a single one just that, of several each under its name.
 * @param incomplete code for several domains of which some were done
 */
export async function outcomeOf(
  ended: readonly DomainOutcome[],
  session: Session,
  incomplete?: ErrorCode,
): Promise<Outcome> {
  const [first] = ended;
  if (ended.length === 1 && first?.outcome !== undefined) return first.outcome;
  if (ended.length === 1) throw first?.error;
  return {
    result: { domains: ended.map(describeDomain) },
    lines: linesOf(ended),
    error: await failureOf(ended, session, incomplete),
  };
}

/** An error as data, whatever was thrown. */
export function describeFailure(error: unknown): ErrorObject {
  if (isKnown(error)) return describeError(error);
  const code = error instanceof Interrupted ? 'INTERRUPTED' : 'FAULT';
  return { code, message: messageOf(error), recovery: code === 'FAULT' ? 'stop' : 'retry' };
}

function describeDomain({
  domain,
  outcome,
  error,
}: DomainOutcome): Readonly<Record<string, unknown>> {
  const ok = error === undefined;
  return { domain, ok, ...outcome?.result, ...(ok ? {} : { error: describeFailure(error) }) };
}

function* linesOf(ended: readonly DomainOutcome[]): Iterable<string> {
  for (const { domain, outcome, error } of ended) {
    yield `${domain}:`;
    for (const line of outcome?.lines ?? []) yield `  ${line}`;
    if (error !== undefined) yield `  not done: ${describeFailure(error).code}`;
  }
}

/** A fault is told before all else, and an interruption before what it may have caused. */
async function failureOf(
  ended: readonly DomainOutcome[],
  { signal }: Session,
  incomplete: ErrorCode | undefined,
): Promise<unknown> {
  const failed = ended.filter(({ error }) => error !== undefined);
  const [first] = failed;
  if (first === undefined) return undefined;
  const isStopped = (error: unknown): boolean => error instanceof Interrupted || signal.aborted;
  const fault = failed.find(({ error }) => !isKnown(error) && !isStopped(error));
  if (fault !== undefined) return fault.error;
  if (signal.aborted)
    return failed.find(({ error }) => error instanceof Interrupted)?.error ?? signal.reason;
  const { FreshtagError } = await import('@freshtag/core');
  const { code, recovery } = isKnown(first.error) ? first.error : UNTOLD;
  const told = failed.map(({ domain, error }) => {
    const { code: why, message } = describeFailure(error);
    return `${domain}: ${why}: ${message}`;
  });
  const isPart = failed.length < ended.length && incomplete !== undefined;
  return new FreshtagError(
    isPart ? incomplete : code,
    `${failed.length} of ${ended.length} domains failed. ${told.join(' ')}`,
    { recovery, cause: first.error },
  );
}

/** All others were told before. */
const UNTOLD = { code: 'REFRESH_INCOMPLETE', recovery: 'retry' } as const;

function isKnown(error: unknown): error is FreshtagError {
  return error instanceof Error && 'code' in error && 'recovery' in error;
}
