import { DcdnError, FreshtagError, invalidOption, type Clock } from '@freshtag/core';

import type { Dispatched } from './api/dispatch.ts';
import type { SignedCall } from './api/authenticate.ts';
import { Refusal } from './api/refusal.ts';

/** What shall be refreshed. */
export interface RefreshOrder {
  readonly domain: string;
  readonly tags: readonly string[];
  /** Default false, as the cloud's. */
  readonly force?: boolean;
}

export interface RefreshNowOptions {
  readonly dispatch: (call: SignedCall) => Dispatched;
  readonly clock: Clock;
  /** Ends the waiting for a slow answer. */
  readonly signal: AbortSignal;
}

const ACTION = 'RefreshDcdnObjectCacheByCacheTag';

/**
 * A refresh without signing a call: from there on all is the same, the rate, the faults, the checks, the
 * quota and the log.
 *
 * @returns the id of its task
 * @throws FreshtagError what a client would throw: `DcdnError` if it is refused, `ENDPOINT_UNREACHABLE` or
 * `API_UNREADABLE` if a fault loses the answer. `INVALID_OPTION` for what no call can say
 */
export async function refreshNow(
  order: unknown,
  { dispatch, clock, signal }: RefreshNowOptions,
): Promise<string> {
  const { outcome, fault } = dispatch({
    method: 'POST',
    path: '/',
    action: ACTION,
    query: toQuery(order),
  });
  if (fault?.kind === 'cut' || fault?.kind === 'silent' || fault?.kind === 'truncated')
    throw lostAnswer(fault.kind, fault.applied === true && !(outcome instanceof Refusal));
  if (fault?.kind === 'slow') await clock.sleep(fault.delayMs, signal);
  if (!(outcome instanceof Refusal)) return String(outcome['RefreshTaskId']);
  if (outcome.code === '') throw unreadable(outcome);
  const retryAfterMs = fault?.kind === 'throttled' ? fault.retryAfterMs : undefined;
  const { status, code: apiCode, message: apiMessage } = outcome;
  throw new DcdnError({ action: ACTION, status, apiCode, apiMessage, retryAfterMs });
}

function toQuery(order: unknown): SignedCall['query'] {
  const { domain, tags, force = false } = isRecord(order) ? order : {};
  if (typeof domain !== 'string')
    throw invalidOption('domain', domain, 'one of the edge’s domains');
  if (!isListOfTags(tags))
    throw invalidOption('tags', tags, 'a list of at least one tag; a tag has no comma');
  if (typeof force !== 'boolean') throw invalidOption('force', force, 'true or false');
  return { DomainName: domain, CacheTag: tags.join(','), Force: String(force) };
}

function isListOfTags(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((tag) => typeof tag === 'string' && tag !== '' && !tag.includes(','))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function lostAnswer(kind: 'cut' | 'silent' | 'truncated', applied: boolean): FreshtagError {
  const effect = applied ? 'It takes effect all the same.' : 'It takes no effect.';
  return new FreshtagError(
    kind === 'truncated' ? 'API_UNREADABLE' : 'ENDPOINT_UNREACHABLE',
    `The fault ${kind} has lost the answer to this refresh. ${effect} Refresh again: twice does no harm.`,
    { recovery: 'retry' },
  );
}

function unreadable({ status, message }: Refusal): FreshtagError {
  return new FreshtagError(
    'API_UNREADABLE',
    `The refresh was answered with something that is not JSON (HTTP ${status}): ${message} Nothing was refreshed; refresh again.`,
    { recovery: 'retry', status },
  );
}
