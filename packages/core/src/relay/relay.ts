import { systemClock, type Clock } from '../clock.ts';
import { FreshtagError } from '../errors.ts';
import { checkMilliseconds } from '../milliseconds.ts';
import type { CircuitName } from './breaker.ts';
import { createCarrier, type OwnedCarrier } from './create-carrier.ts';
import { createHousekeeping, readFigures, toProblem } from './housekeeping.ts';
import { runLoop } from './loop.ts';
import { resolveRelayOptions, type RelayOptions, type RelaySettings } from './options.ts';
import type { CarriedStore, OutboxStatistics, Problem, RedriveQuery } from './outbox.ts';
import { createTurns } from './turns.ts';
import { CONFIGURATION_CODES, type Verdict } from './verdict.ts';

/** Carries what is in an outbox to the cloud. */
export interface Relay {
  /**
   * Brings the tables up to date, lets what a wrong configuration had parked be tried again, and begins.
   * Does nothing when it has begun.
   * @throws FreshtagError when the store cannot be used: nothing has begun then, and it may be called
   *   again. `INVALID_OPTION` when the relay was stopped
   */
  start(): Promise<void>;
  /**
   * Resolves when nothing waits or is on its way any more, later passes included; what is parked does
   * not count.
   * @throws the signal's reason; an `AbortError` when the relay is stopped before
   */
  drain(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * Claims no more, and ends what is under way; what is not done after `timeoutMs` (default 10,000) is
   * broken off and given back. Leaves no timer, socket or listener; the store stays open.
   */
  stop(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Tries at once what is parked or waits after a problem. @returns how many rows and batches */
  redrive(query?: RedriveQuery): Promise<number>;
  health(): Promise<RelayHealth>;
}

export interface RelayHealth {
  readonly state: 'idle' | 'running' | 'stopping' | 'stopped';
  /** Running, the store answers, and the oldest row is not older than the alarm's age. */
  readonly ok: boolean;
  readonly circuit: CircuitName;
  /** How long no call is made, because the cloud said so or the circuit is open, in milliseconds. */
  readonly blockedMs: number;
  /** Why calls are blocked, the store is not available, or something is parked or waits. */
  readonly problem?: Problem | undefined;
  /** Not when the store does not answer. */
  readonly statistics?: OutboxStatistics;
}

const DEFAULT_STOP_MS = 10_000;
const LOOK_AT_FIGURES_MS = 10_000;
const PRUNE_MS = 3_600_000;
const LONGEST_PAUSE_MS = 30_000;

/** @throws FreshtagError `INVALID_OPTION`, `NO_CREDENTIALS` */
export function createRelay(options: RelayOptions): Relay {
  return new OutboxRelay(options);
}

class OutboxRelay implements Relay {
  readonly #settings: RelaySettings;
  readonly #store: CarriedStore;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  readonly #broken = new AbortController();
  readonly #owned: OwnedCarrier;
  #state: RelayHealth['state'] = 'idle';
  #begun: Promise<void> | undefined;
  #loops: Promise<unknown> = Promise.resolve();

  constructor(options: RelayOptions) {
    this.#settings = resolveRelayOptions(options);
    this.#store = options.store;
    this.#clock = options.clock ?? systemClock;
    const mayBegin = (): boolean => !this.#stopping.signal.aborted;
    const signals = { mayBegin, signal: this.#broken.signal };
    this.#owned = createCarrier({ ...options, clock: this.#clock }, this.#settings, signals);
  }

  start(): Promise<void> {
    this.#begun ??= this.#begin().catch((error: unknown) => {
      this.#begun = undefined;
      throw error;
    });
    return this.#begun;
  }

  async drain({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const stopping = this.#stopping.signal;
    const either = signal === undefined ? stopping : AbortSignal.any([signal, stopping]);
    for (;;) {
      const { waiting, batches } = await this.#store.statistics();
      if (waiting + batches === 0) return;
      await this.#clock.sleep(this.#settings.lookMs, either);
    }
  }

  async stop({ timeoutMs = DEFAULT_STOP_MS }: { readonly timeoutMs?: number } = {}): Promise<void> {
    checkMilliseconds('timeoutMs', timeoutMs);
    if (this.#state === 'stopped') return;
    this.#state = 'stopping';
    this.#stopping.abort();
    const ended = Promise.allSettled([this.#begun]).then(() => this.#loops);
    await this.#within(timeoutMs, ended);
    this.#broken.abort();
    // A store that answers nothing cannot be made to: its leases end by themselves.
    await this.#within(DEFAULT_STOP_MS, ended);
    await this.#within(DEFAULT_STOP_MS, this.#owned.close());
    this.#state = 'stopped';
  }

  async redrive(query?: RedriveQuery): Promise<number> {
    const count = await this.#store.redrive(query);
    this.#owned.lift();
    return count;
  }

  async health(): Promise<RelayHealth> {
    const figures = await readFigures(this.#store);
    const block = blockOf(this.#owned.carrier.blocked());
    const about = { state: this.#state, circuit: this.#owned.circuit(), ...block };
    if ('code' in figures) return { ...about, ok: false, problem: figures };
    const ok = this.#state === 'running' && figures.oldestAgeMs <= this.#settings.alarm.maxAgeMs;
    const problem = about.problem ?? figures.problem;
    return { ...about, ok, problem, statistics: figures };
  }

  async #begin(): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted)
      throw new FreshtagError(
        'INVALID_OPTION',
        'start: this relay was stopped, and carries nothing any more. Make another one with createRelay.',
      );
    await this.#store.migrate();
    for (const code of CONFIGURATION_CODES) await this.#store.redrive({ code });
    if (signal.aborted) return;
    this.#state = 'running';
    this.#loops = Promise.all(this.#turns().map((turn) => this.#repeat(turn)));
  }

  #turns(): (() => Promise<number>)[] {
    const { carrier } = this.#owned;
    const settings = this.#settings;
    const turns = createTurns(carrier, settings, this.#clock);
    const { report, signal } = carrier;
    const onFigures = ({ problem }: OutboxStatistics): void => this.#owned.liftUnless(problem);
    const keeping = createHousekeeping({ store: this.#store, settings, report, signal, onFigures });
    return [
      turns.rows,
      turns.batches,
      every(LOOK_AT_FIGURES_MS, keeping.look),
      every(PRUNE_MS, keeping.prune),
    ];
  }

  #repeat(turn: () => Promise<number>): Promise<void> {
    const stopping = this.#stopping.signal;
    const onFailure = (error: unknown, failures: number): number => {
      const problem = toProblem(error);
      if (!stopping.aborted) this.#owned.carrier.report({ type: 'store-unavailable', problem });
      return Math.min(LONGEST_PAUSE_MS, this.#settings.lookMs * 2 ** Math.min(failures, 10));
    };
    return runLoop({ turn, onFailure, clock: this.#clock, stopping });
  }

  /** Waits for it so long; it never rejects. */
  async #within(longestMs: number, ended: Promise<unknown>): Promise<void> {
    const over = new AbortController();
    const limit = this.#clock.sleep(longestMs, over.signal).catch(() => {});
    await Promise.race([ended, limit]).finally(() => over.abort());
  }
}

function every(delayMs: number, work: () => Promise<void>): () => Promise<number> {
  return async () => {
    await work();
    return delayMs;
  };
}

function blockOf(block: Verdict | undefined): Pick<RelayHealth, 'blockedMs' | 'problem'> {
  if (block?.action !== 'wait') return { blockedMs: 0 };
  return { blockedMs: Math.ceil(block.waitMs), problem: block.problem };
}
