import type { EffectEvent, FetchEvent, StoreEvent } from '../events.ts';
import type { Step } from '../http/cache-status.ts';
import { variantOf } from '../http/vary.ts';
import { answerFrom, ttlSecondsOf } from './answer-from.ts';
import { ask, type AskingContext, type AskingOptions } from './asking.ts';
import { EntryStore, type StoreLimits } from './entry-store.ts';
import type { Entry } from './entry.ts';
import type { Answer, EdgeRequest, Lookup } from './exchange.ts';
import { Fill, type Filled } from './fill.ts';
import { Propagation } from './propagation.ts';
import type { Shelf } from './shelf.ts';
import type { Refresh } from './refresh.ts';

export interface LayerOptions extends Omit<AskingOptions, 'onEvent'> {
  /** Time from the acceptance of a refresh to the moment it takes effect here. */
  readonly propagationDelayMs: number;
  /** Whether requests for one URL wait for one fetch. */
  readonly collapses: boolean;
  readonly limits: StoreLimits;
  readonly shelf?: Shelf | undefined;
  /** Told when the shelf can no longer follow: what it has may not be served any more. */
  readonly onShelfLost: () => void;
  readonly onEvent: (event: FetchEvent | StoreEvent | EffectEvent) => void;
}

/**
 * One cache of the network.
 *
 * A response that is stored after a refresh took effect is not touched by it, however long ago its
 * fetch began, and whoever asks while that fetch lasts gets the same: a real edge has this hazard too.
 */
export class CacheLayer {
  readonly name: string;
  readonly store: EntryStore;
  readonly #options: LayerOptions;
  readonly #propagation: Propagation;
  readonly #asking: AskingContext;
  readonly #fills = new Map<string, Fill>();
  #hits = 0;
  #misses = 0;

  constructor(options: LayerOptions) {
    const { name, limits, shelf, clock, onEvent } = options;
    this.name = name;
    this.#options = options;
    const report = (event: Pick<StoreEvent, 'outcome' | 'objects' | 'reason'>): void =>
      onEvent({ at: clock.now(), type: 'store', layer: name, ...event });
    this.store = new EntryStore({
      limits,
      shelf,
      onEvicted: (objects) => report({ outcome: 'evicted', objects }),
      onFailed: (error) => report({ outcome: 'failed', objects: 1, reason: messageOf(error) }),
      onShelfLost: options.onShelfLost,
    });
    this.#propagation = new Propagation({ ...options, store: this.store });
    this.#asking = { ...options, store: this.store, catchUp: () => this.catchUp() };
  }

  get propagationDelayMs(): number {
    return this.#options.propagationDelayMs;
  }

  get maxBytes(): number {
    return this.#options.limits.maxBytes;
  }

  /** Requests that it has answered alone. */
  get hits(): number {
    return this.#hits;
  }

  /** Requests for which it had to ask behind, or to wait for somebody who asked. */
  get misses(): number {
    return this.#misses;
  }

  /** Refreshes that are still to take effect here. */
  get pendingRefreshes(): Propagation['pending'] {
    return this.#propagation.pending;
  }

  /** @returns when the refresh takes effect here */
  refresh(refresh: Refresh, acceptedAtMs: number): number {
    return this.#propagation.add(refresh, acceptedAtMs);
  }

  /** Lets the refreshes take effect that are due. */
  catchUp(): void {
    this.#propagation.catchUp();
  }

  removePath(domain: string, path: string): void {
    this.catchUp();
    this.store.removePath(domain, path);
  }

  /** What this cache can answer alone. */
  lookup(request: Lookup): Answer | undefined {
    const found = this.#look(request);
    if (found !== undefined) this.#hits += 1;
    return found;
  }

  #look(request: Lookup): Answer | undefined {
    this.catchUp();
    const entry = this.store.find(request);
    if (entry === undefined || entry.isExpired) return undefined;
    const nowMs = this.#options.clock.now();
    const ttlSeconds = ttlSecondsOf(entry, nowMs);
    if (ttlSeconds <= 0) return undefined;
    this.store.use(entry);
    const step: Step = { cache: this.name, outcome: 'hit', ttlSeconds };
    return answerFrom(entry, { nowMs, method: request.method, step });
  }

  /**
   * Answers from here or from behind.
   *
   * @throws OriginError
   */
  async fetch(request: EdgeRequest): Promise<Answer> {
    const found = this.lookup(request);
    if (found !== undefined) return found;
    this.#misses += 1;
    if (request.method !== 'GET') return this.#pass(request);
    return this.#options.collapses ? this.#join(request) : this.#lead(request, undefined);
  }

  /**
   * Waits for questions of others, as long as there are any whose answer may be for this visitor too.
   * Nothing may come between finding none and asking: all who wait for a variant wait for one fetch.
   */
  async #join(request: EdgeRequest): Promise<Answer> {
    const url = request.domain + request.path;
    let key = url;
    for (;;) {
      const running = this.#fills.get(key);
      if (running === undefined || running.isAborted) return this.#lead(request, key);
      const filled = await running.join(request.signal);
      const answer = this.#joined(filled, request) ?? this.#look(request);
      if (answer !== undefined) return answer;
      if (filled.kind === 'passed') return this.#lead(request, undefined);
      // Another variant, or too late.
      const own = `${url}\n${variantOf(filled.answer.policy.vary, request.headers)}`;
      if (own === key) return this.#lead(request, key);
      key = own;
    }
  }

  /** HEAD is answered from a copy, and never makes one. */
  async #pass(request: EdgeRequest): Promise<Answer> {
    const answer = await this.#options.upstream(request);
    return told(answer, { cache: this.name, outcome: 'miss', forwardStatus: answer.status });
  }

  /** What somebody else's question brought, if it is for all and the visitor wants this variant. */
  #joined(filled: Filled, { headers }: EdgeRequest): Answer | undefined {
    if (filled.kind === 'passed') return undefined;
    const { answer, spool, variant, arrivedAtMs } = filled;
    if (variantOf(answer.policy.vary, headers) !== variant) return undefined;
    if (spool === undefined || !spool.isJoinable) return undefined;
    const step: Step = { cache: this.name, outcome: 'miss', collapsed: true };
    const ageMs = answer.ageMs + Math.max(0, this.#options.clock.now() - arrivedAtMs);
    return told({ ...answer, ageMs, body: spool.open() }, step);
  }

  /** Asks behind, for this visitor and for those who come while it lasts. */
  async #lead(request: EdgeRequest, key: string | undefined): Promise<Answer> {
    const stale = this.store.find(request);
    const onDone = (): void => {
      if (key !== undefined && this.#fills.get(key) === fill) this.#fills.delete(key);
    };
    const fill: Fill = new Fill((controller) =>
      ask({ request, stale, controller, onDone }, this.#asking),
    );
    if (key !== undefined && !fill.isAborted) this.#fills.set(key, fill);
    try {
      return this.#led(await fill.join(request.signal), stale);
    } catch (error) {
      fill.discard();
      throw error;
    }
  }

  #led(filled: Filled, stale: Entry | undefined): Answer {
    const { answer } = filled;
    const step: Step = {
      cache: this.name,
      outcome: stale === undefined ? 'miss' : 'stale',
      forwardStatus: filled.kind === 'shared' && filled.spool === undefined ? 304 : answer.status,
      stored: filled.kind === 'shared',
    };
    return told(answer, step);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An answer on its way to the visitor: what it was for the layer behind is that layer's matter. */
function told(answer: Answer, step: Step): Answer {
  const { notModified: _ofBehind, saved: _there, ...rest } = answer;
  return { ...rest, steps: [...answer.steps, step] };
}
