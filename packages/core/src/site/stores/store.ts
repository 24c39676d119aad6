import type { Clock } from '../../clock.ts';
import { FreshtagError } from '../../errors.ts';

/**
 * What keeps two deploys at once from overwriting what the other one wrote.
 * - `compare-and-set`: a write succeeds only if nobody wrote since the read that it is based on.
 * - `lease`: a deploy waits while another one holds the lease. One that stalls for longer than its
 *   lease lasts may overwrite what came after it.
 * - `none`: what is overwritten is noticed after the write, and merged in; not if the process ends
 *   between the two.
 */
export type StoreGuarantee = 'compare-and-set' | 'lease' | 'none';

export interface StoreOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions extends StoreOptions {
  /** Version that the text is based on; `undefined`: there was nothing. */
  readonly expected: string | undefined;
}

export interface LeaseOptions extends StoreOptions {
  /** How long it lasts if it is never given back, in milliseconds. */
  readonly ttlMs: number;
  /** Who asks, for the people who wait. */
  readonly owner: string;
}

/** What a store holds. */
export interface StoredText {
  readonly text: string;
  /** Changes with every write of another text. Means nothing outside of its store. */
  readonly version: string;
}

/**
 * Where the edge state of one domain and environment is kept. `stateStoreCases` of
 * `@freshtag/core/testing` tries one.
 */
export interface StateStore {
  /** Its name, for messages. Holds no secret. */
  readonly name: string;
  readonly guarantee: StoreGuarantee;
  /** `false`: it goes with the machine, as a file on a CI runner does. Default true. */
  readonly outlastsMachine?: boolean | undefined;
  /**
   * @returns `undefined` if nothing was written yet
   * @throws FreshtagError `STATE_UNAVAILABLE`, `STATE_REFUSED`, `FILE_INACCESSIBLE`; the signal's reason
   */
  read(options?: StoreOptions): Promise<StoredText | undefined>;
  /**
   * Replaces the whole, or nothing.
   *
   * @returns the new version
   * @throws FreshtagError `STATE_CONFLICT` when somebody else wrote since `expected` was read, and as `read`
   */
  write(text: string, options: WriteOptions): Promise<string>;
  /**
   * For stores that cannot compare and set: waits until nobody else has the lease.
   *
   * @returns what gives it back
   * @throws FreshtagError `STATE_UNAVAILABLE` when it was not to be had in time
   */
  acquire?(options: LeaseOptions): Promise<() => Promise<void>>;
}

/** What every store of freshtag's own takes. */
export interface StoreSettings {
  readonly clock?: Clock;
}

/** More than any state that a program could hold as one text. */
export const MAX_STATE_BYTES = 268_435_456;

export function stateConflict(name: string): FreshtagError {
  return new FreshtagError(
    'STATE_CONFLICT',
    `Another deploy changed the edge state, ${name}, since it was read. Nothing of it was overwritten. Run the same command again; let deploys of one domain and environment follow each other.`,
    { recovery: 'retry' },
  );
}

/** For what may pass: a store that is down, slow or locked. */
export function stateUnavailable(
  name: string,
  why: string,
  options: { readonly cause?: unknown; readonly status?: number | undefined } = {},
): FreshtagError {
  return new FreshtagError(
    'STATE_UNAVAILABLE',
    `The edge state, ${name}, cannot be reached: ${why}. Run it again when the store answers; without its state no plan is made.`,
    { ...options, recovery: 'retry' },
  );
}

/** For what only a person can mend. */
export function stateRefused(
  name: string,
  why: string,
  options: { readonly status?: number | undefined } = {},
): FreshtagError {
  return new FreshtagError('STATE_REFUSED', `The edge state, ${name}: ${why}`, options);
}

export function tooLarge(name: string): FreshtagError {
  return stateRefused(
    name,
    `it is larger than ${MAX_STATE_BYTES / 1_048_576} MiB, which no edge state is. Check what is kept there.`,
  );
}
