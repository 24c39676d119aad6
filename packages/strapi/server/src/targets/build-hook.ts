import { randomUUID } from 'node:crypto';

import { isFreshtagError, systemClock, type Clock } from '@freshtag/core';
import type { CarriedStore, ClaimedRow, Problem } from '@freshtag/core/relay';

import type { RebuiltTarget } from '../config.ts';
import { callHook, type HookAnswer } from './call-hook.ts';
import type { StageCarrier } from './carrier.ts';

export interface BuildHookOptions {
  readonly store: CarriedStore;
  /** Name of the target. */
  readonly name: string;
  readonly target: RebuiltTarget;
  readonly environment: string;
  readonly clock?: Clock | undefined;
  /** How often the store is asked for rows, in milliseconds. Default 500. */
  readonly lookMs?: number | undefined;
  readonly log: { readonly warn: (message: string) => void };
}

const DEFAULT_DEBOUNCE_MS = 60_000;
/** However busy editors are, a build begins after so many times the debounce. */
const MOST_DEBOUNCES = 10;
const DEFAULT_LOOK_MS = 500;
const LEASE_MS = 60_000;
const CLAIM_LIMIT = 10_000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 600_000;

/**
 * Calls the build hook of a site when nothing has changed for a while, with what has: what waits is in
 * the outbox until the hook has taken it, and is then *settled*, since nobody reports how a build ends.
 */
export function createBuildHook(options: BuildHookOptions): StageCarrier {
  const { store, clock = systemClock, lookMs = DEFAULT_LOOK_MS } = options;
  const stopping = new AbortController();
  const broken = new AbortController();
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        await carry(options, broken.signal);
        failures = 0;
      } catch (error) {
        failures += 1;
        options.log.warn(`freshtag: the build hook of ${options.name} waits: ${messageOf(error)}`);
      }
      const pauseMs = Math.min(lookMs * 2 ** Math.min(failures, 6), 30_000);
      await clock.sleep(pauseMs, stopping.signal).catch(() => {});
    }
  };
  return {
    start: async () => {
      await store.migrate();
      running ??= run();
    },
    stop: async ({ timeoutMs }) => {
      stopping.abort();
      const over = new AbortController();
      const limit = clock.sleep(timeoutMs, over.signal).catch(() => {});
      await Promise.race([running, limit]);
      over.abort();
      broken.abort();
      await running;
    },
  };
}

async function carry(options: BuildHookOptions, signal: AbortSignal): Promise<void> {
  const { store, name, target, environment, log } = options;
  const debounceMs = target.debounceMs ?? DEFAULT_DEBOUNCE_MS;
  const { rows: waiting, newestAgeMs, oldestAgeMs } = await store.waiting();
  const isQuiet = newestAgeMs >= debounceMs || oldestAgeMs >= debounceMs * MOST_DEBOUNCES;
  if (waiting === 0 || !isQuiet) return;
  const holder = `${name}:${randomUUID()}`;
  const rows = await store.claim({ holder, leaseMs: LEASE_MS, limit: CLAIM_LIMIT });
  if (rows.length === 0) return;
  const tags = [...new Set(rows.map(({ tag }) => tag))];
  const answer = await callHook(target.hook, { target: name, environment, tags }, signal);
  const ids = rows.map(({ id }) => id);
  if (answer.taken) {
    await settle(options, { holder, ids, tags });
    return;
  }
  const waitMs = signal.aborted ? 0 : retryDelayMs(rows, answer);
  const problem: Problem = {
    code: 'ENDPOINT_UNREACHABLE',
    message: `The build hook of ${name} ${answer.problem}.`,
  };
  await store.failUntil(holder, ids, { waitMs, failed: true, problem });
  if (!signal.aborted)
    log.warn(`freshtag: ${problem.message} It is called again in ${Math.ceil(waitMs / 1000)} s.`);
}

async function settle(
  { store, name, clock = systemClock }: BuildHookOptions,
  {
    holder,
    ids,
    tags,
  }: Readonly<{ holder: string; ids: readonly number[]; tags: readonly string[] }>,
): Promise<void> {
  const call = { pass: 1, atMs: clock.now(), requestId: '', taskIds: [], waitedMs: 0 };
  await store.accept(holder, ids, {
    id: randomUUID(),
    domain: name,
    force: true,
    tags,
    state: 'settled',
    pass: 1,
    attempts: 0,
    calls: [{ ...call, ending: 'settled' }],
    waitMs: 0,
  });
}

function retryDelayMs(rows: readonly ClaimedRow[], { retryAfterMs }: HookAnswer): number {
  const attempts = rows.reduce((most, row) => Math.max(most, row.attempts), 0);
  const backoffMs = FIRST_RETRY_MS * 2 ** Math.min(attempts, 20);
  return Math.min(Math.max(backoffMs, retryAfterMs ?? 0), LONGEST_RETRY_MS);
}

function messageOf(error: unknown): string {
  return isFreshtagError(error) ? error.message : 'the database does not answer.';
}
