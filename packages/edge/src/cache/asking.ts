import type { Clock } from '@freshtag/core';

import type { FetchEvent } from '../events.ts';
import { headerOf } from '../http/header-list.ts';
import { staleCopyOf } from './answer-from.ts';
import { openBody, type Body } from './body.ts';
import type { EntryStore } from './entry-store.ts';
import type { Entry } from './entry.ts';
import type { Answer, EdgeRequest, Upstream } from './exchange.ts';
import type { FillBudget } from './fill-budget.ts';
import type { Filled } from './fill.ts';
import { fill } from './filling.ts';

export interface AskingOptions {
  readonly name: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly upstream: Upstream;
  /** Longer bodies are passed on and not stored. */
  readonly maxObjectBytes: number;
  readonly budget: FillBudget;
  readonly onEvent: (event: FetchEvent) => void;
}

export interface Question {
  readonly request: EdgeRequest;
  /** The copy in this cache that may not be served without asking. */
  readonly stale: Entry | undefined;
  /** Ends the fetch. */
  readonly controller: AbortController;
  /** Called when nobody can join any more: all is stored, or is not going to be. May be called again. */
  readonly onDone: () => void;
}

export interface AskingContext extends AskingOptions {
  readonly store: EntryStore;
  /** Lets the refreshes take effect that are due. */
  readonly catchUp: () => void;
}

/** An answer that has begun to arrive. */
export interface Arrival extends Question {
  readonly answer: Answer;
  /** Freshness counts from here, however long the body takes. */
  readonly arrivedAtMs: number;
  readonly report: (outcome: FetchEvent['outcome'], answer?: Answer) => void;
}

/**
 * Asks the layer behind and has the store take what it answers.
 *
 * @throws OriginError
 */
export async function ask(question: Question, context: AskingContext): Promise<Filled> {
  const { request, stale, controller, onDone } = question;
  const report = reporter(request, context);
  controller.signal.addEventListener('abort', onDone, { once: true });
  // Held open: the copy may make room for others while its origin is asked.
  const held = stale === undefined ? undefined : openBody(stale.response.body);
  try {
    const copy = stale === undefined ? undefined : staleCopyOf(stale);
    const answer = await context.upstream({ ...request, signal: controller.signal }, copy);
    const arrival = { ...question, answer, arrivedAtMs: context.clock.now(), report };
    context.catchUp();
    if (stale !== undefined && held !== undefined && stillHolds(stale, answer)) {
      return renew(stale, held, arrival, context);
    }
    held?.cancel();
    return take(arrival, context);
  } catch (error) {
    held?.cancel();
    onDone();
    report('failed');
    throw error;
  }
}

function reporter(
  { domain, path }: EdgeRequest,
  { name: layer, clock, onEvent }: AskingContext,
): Arrival['report'] {
  const startedAt = clock.now();
  return (outcome, answer) =>
    onEvent({
      at: clock.now(),
      type: 'fetch',
      layer,
      domain,
      path,
      outcome,
      ...(answer === undefined ? {} : { status: answer.status }),
      tags: answer?.policy.tags ?? [],
      startedAt,
    });
}

/**
 * Whether the copy stays. After a refresh without force `Last-Modified` decides, as the cloud documents
 * it; `ETag` does where there is none, which is a guess.
 */
function stillHolds(stale: Entry, answer: Answer): boolean {
  if (answer.notModified === true) return true;
  if (!stale.isExpired || answer.status !== stale.response.status) return false;
  const validator = ['last-modified', 'etag'].find(
    (name) => headerOf(stale.response.headers, name) !== undefined,
  );
  if (validator === undefined) return false;
  return headerOf(stale.response.headers, validator) === headerOf(answer.headers, validator);
}

function renew(
  stale: Entry,
  held: Body,
  { answer, arrivedAtMs, report, onDone }: Arrival,
  { store }: AskingContext,
): Filled {
  // A layer behind may be storing it: that goes on.
  answer.body.leave();
  onDone();
  report('not-modified', answer);
  const { response } = stale;
  // A layer behind may have kept its own copy: then its head says nothing of this one.
  const { headers } = answer.notModified === true ? answer : response;
  const told = { ...answer, headers, body: held };
  if (!answer.policy.storable) {
    store.remove(stale);
    return { kind: 'passed', answer: told };
  }
  const { policy, ageMs, fetchedAtMs } = answer;
  const { body: _stays, ...head } = response;
  const { lifetimeSeconds } = policy;
  store.renew(stale, {
    ...head,
    headers,
    lifetimeSeconds,
    ageMs,
    fetchedAtMs,
    storedAtMs: arrivedAtMs,
  });
  return { kind: 'shared', variant: response.variant, answer: told, arrivedAtMs };
}

function take(arrival: Arrival, context: AskingContext): Filled {
  const { request, answer, onDone, report } = arrival;
  const fits = (answer.body.lengthBytes ?? 0) <= context.maxObjectBytes;
  if (request.method === 'GET' && answer.policy.storable && fits) return fill(arrival, context);
  onDone();
  report('passed', answer);
  return { kind: 'passed', answer };
}
