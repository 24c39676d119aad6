import { systemClock, type Clock } from '../clock.ts';
import { crypto } from '../crypto.ts';
import { isFreshtagError } from '../errors.ts';
import { mergeEdgeStates } from '../plan/merge.ts';
import {
  parseEdgeState,
  readStoredState,
  serializeEdgeState,
  type EdgeState,
  type Site,
  type StoredState,
} from '../site/edge-state.ts';
import { digestOf } from '../site/manifest.ts';
import type { StateStore } from '../site/stores/store.ts';

export interface UpdateOptions {
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
}

const MOST_ATTEMPTS = 8;
const FIRST_WAIT_MS = 50;
const LEASE_MS = 60_000;
/** How long a write without any guarantee may take to reach the store. */
const SETTLING_MS = 500;

/**
 * Reads, changes and writes an edge state. What another deploy writes in between is read again and
 * changed instead: nothing that was announced is lost.
 *
 * @param change pure: it may be called several times
 * @throws FreshtagError `STATE_CONFLICT` when others write again and again; what `change` throws
 */
export async function updateEdgeState(
  store: StateStore,
  site: Site,
  change: (state: EdgeState | undefined) => EdgeState,
  options: UpdateOptions = {},
): Promise<void> {
  const { clock = systemClock, signal } = options;
  await withLease(store, options, async () => {
    for (let attempt = 1; ; attempt += 1) {
      const before = await readStoredState(store, site, { signal });
      try {
        return await writeState(store, { before, state: change(before?.state) }, options);
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || !isFreshtagError(error, 'STATE_CONFLICT')) throw error;
      }
      await clock.sleep(Math.random() * FIRST_WAIT_MS * 2 ** attempt, signal);
    }
  });
}

/** A state, and what it was made from. */
interface StateWrite {
  readonly before: StoredState | undefined;
  readonly state: EdgeState;
}

/**
 * Writes a state on top of the one that it was made from.
 *
 * @throws FreshtagError `STATE_CONFLICT` if something else is there by now
 */
export async function writeState(
  store: StateStore,
  { before, state }: StateWrite,
  options: UpdateOptions = {},
): Promise<void> {
  const { signal } = options;
  const text = serializeEdgeState(state);
  if (before !== undefined && digestOf(text) === before.digest) return;
  await store.write(text, { expected: before?.version, signal });
  if (store.guarantee !== 'compare-and-set') await bringBack(store, { before, state }, options);
}

/** Where nothing keeps others from overwriting: looks whether they did, and adds to theirs what is lost. */
async function bringBack(
  store: StateStore,
  { before, state }: StateWrite,
  { clock = systemClock, signal }: UpdateOptions,
): Promise<void> {
  let ours = state;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    if (store.guarantee === 'none') await clock.sleep(SETTLING_MS, signal);
    const stored = await store.read({ signal });
    if (stored?.text === serializeEdgeState(ours)) return;
    if (stored !== undefined) {
      const theirs = parseEdgeState(stored.text, store.name, state);
      ours = mergeEdgeStates({ base: before?.state, ours, theirs });
    }
    const text = serializeEdgeState(ours);
    if (text === stored?.text) return;
    try {
      await store.write(text, { expected: stored?.version, signal });
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !isFreshtagError(error, 'STATE_CONFLICT')) throw error;
    }
  }
}

/** Holds the store's lease during some work; at once where the store compares and sets. */
export async function withLease<T>(
  store: StateStore,
  { signal }: UpdateOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (store.guarantee !== 'lease' || store.acquire === undefined) return work();
  const owner = `process ${process.pid} ${crypto().randomUUID()}`;
  const release = await store.acquire({ ttlMs: LEASE_MS, owner, signal });
  try {
    return await work();
  } finally {
    // A lease that cannot be given back ends by itself.
    await release().catch(() => undefined);
  }
}
