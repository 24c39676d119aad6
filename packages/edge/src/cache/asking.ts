import type { Clock } from '@freshtag/core';

import { headerOf } from '../http/header-list.ts';
import { variantOf } from '../http/vary.ts';
import { staleCopyOf } from './answer-from.ts';
import { openBody } from './body.ts';
import type { EntryStore, ResponseToStore } from './entry-store.ts';
import type { Entry } from './entry.ts';
import type { Answer, EdgeRequest, Upstream } from './exchange.ts';
import type { Filled } from './fill.ts';
import type { FillBudget } from './fill-budget.ts';
import { Spool } from './spool.ts';
import type { FetchEvent } from '../events.ts';

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
  /** Called once nobody can join any more: all is stored, or is not going to be. */
  readonly onDone: () => void;
}

export interface AskingContext extends AskingOptions {
  readonly store: EntryStore;
  /** Lets the refreshes take effect that are due. */
  readonly catchUp: () => void;
}

/**
 * Asks the layer behind and has the store take what it answers.
 *
 * @throws OriginError
 */
export async function ask(question: Question, context: AskingContext): Promise<Filled> {
  const { request, stale, controller, onDone } = question;
  const { upstream, clock, catchUp } = context;
  const startedAt = clock.now();
  const report = reporter(request, startedAt, context);
  try {
    const copy = stale === undefined ? {} : { stale: staleCopyOf(stale) };
    const answer = await upstream({ ...request, ...copy, signal: controller.signal });
    catchUp();
    if (stale !== undefined && stillHolds(stale, answer)) {
      onDone();
      report('not-modified', answer);
      return renew(stale, answer, context);
    }
    const { lengthBytes = 0 } = answer.body;
    const fits = lengthBytes <= context.maxObjectBytes;
    if (request.method === 'GET' && answer.policy.storable && fits) {
      return fill(answer, question, { ...context, report });
    }
    onDone();
    report('passed', answer);
    return { kind: 'passed', answer };
  } catch (error) {
    onDone();
    report('failed');
    throw error;
  }
}

type Report = (outcome: FetchEvent['outcome'], answer?: Answer) => void;

function reporter(
  { domain, path }: EdgeRequest,
  startedAt: number,
  { name: layer, clock, onEvent }: AskingContext,
): Report {
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

function renew(stale: Entry, answer: Answer, { store, clock }: AskingContext): Filled {
  answer.body.cancel();
  const { response } = stale;
  // A layer behind may have kept its own copy: then its head says nothing of this one.
  const head = answer.notModified === true ? answer : response;
  const body = openBody(response.body);
  if (!answer.policy.storable) {
    store.remove(stale);
    return { kind: 'passed', answer: { ...answer, headers: head.headers, body } };
  }
  const { policy, ageMs, fetchedAtMs } = answer;
  const { body: _stays, ...rest } = response;
  store.renew(stale, {
    ...rest,
    headers: head.headers,
    lifetimeSeconds: policy.lifetimeSeconds,
    ageMs,
    fetchedAtMs,
    storedAtMs: clock.now(),
  });
  return {
    kind: 'shared',
    variant: response.variant,
    answer: { ...answer, headers: head.headers, body },
  };
}

/** Lets all who wait read along while the body goes into the store. */
function fill(
  answer: Answer,
  { request, controller, onDone }: Question,
  context: AskingContext & { readonly report: Report },
): Filled {
  const { policy, body } = answer;
  const { domain, path } = request;
  const variant = variantOf(policy.vary, request.headers);
  const spool = new Spool({
    lengthBytes: body.lengthBytes,
    onAbandoned: () => {
      controller.abort();
      body.cancel();
    },
  });
  const put = (): void => {
    context.catchUp();
    const response: ResponseToStore = {
      domain,
      path,
      vary: policy.vary,
      variant,
      status: answer.status,
      headers: answer.headers,
      storedAtMs: context.clock.now(),
      fetchedAtMs: answer.fetchedAtMs,
      ageMs: answer.ageMs,
      lifetimeSeconds: policy.lifetimeSeconds,
    };
    const stored = context.store.put(response, policy.tags, spool.chunks);
    context.report(stored ? 'stored' : 'passed', answer);
  };
  // Before anything flows: a spool that nobody reads forgets what it need not store.
  const lead = spool.open();
  void spoolInto(spool, answer, { ...context, onDone, put });
  return { kind: 'shared', answer: { ...answer, body: lead }, variant, spool };
}

interface Spooling {
  readonly maxObjectBytes: number;
  readonly budget: FillBudget;
  readonly onDone: () => void;
  readonly put: () => void;
  readonly report: Report;
}

/** Never rejects: readers of the spool hear of what goes wrong. */
async function spoolInto(
  spool: Spool,
  answer: Answer,
  { maxObjectBytes, budget, onDone, put, report }: Spooling,
): Promise<void> {
  let takenBytes = 0;
  try {
    for await (const received of answer.body.read()) {
      const chunk = ownBytes(received);
      const fits = spool.sizeBytes + chunk.length <= maxObjectBytes && budget.take(chunk.length);
      if (spool.isComplete && fits) takenBytes += chunk.length;
      else if (spool.isComplete) {
        spool.letGo();
        onDone();
      }
      await spool.append(chunk);
    }
    if (spool.isComplete) put();
    else report('passed', answer);
    spool.end();
  } catch (error) {
    report('failed', answer);
    spool.fail(error);
  } finally {
    budget.giveBack(takenBytes);
    onDone();
  }
}

/** A chunk off the wire is a piece of a larger buffer, which would stay as long as the chunk does. */
function ownBytes(chunk: Buffer): Buffer {
  if (chunk.buffer.byteLength === chunk.length) return chunk;
  const own = Buffer.allocUnsafeSlow(chunk.length);
  chunk.copy(own);
  return own;
}
