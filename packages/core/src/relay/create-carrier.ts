import type { Clock } from '../clock.ts';
import { createDcdnClient } from '../dcdn/client.ts';
import type { FreshtagError } from '../errors.ts';
import { createCaller } from '../refresh/caller.ts';
import { createDirectoryRefresher } from '../refresh/directories.ts';
import { sendAll } from '../refresh/send.ts';
import { createBreakingClient, type CircuitName } from './breaker.ts';
import type { Carrier } from './carrier.ts';
import { createReport } from './events.ts';
import type { RelayOptions, RelaySettings } from './options.ts';
import type { Problem } from './outbox.ts';
import { createSharedPace } from './shared-pace.ts';
import { isInForce, type Hold } from './stores/held.ts';
import { checkRoom } from './unite.ts';
import { judgeRefusal, taskBackoffMs, type Verdict } from './verdict.ts';

/** A carrier, and what its relay asks it. */
export interface OwnedCarrier {
  readonly carrier: Carrier;
  readonly circuit: () => CircuitName;
  /** Forgets what the cloud said of a later time: somebody says that it is over. */
  readonly lift: () => void;
  /** Lifts it if nothing waits for that reason any more: somebody elsewhere has redriven it. */
  readonly liftUnless: (problem: Problem | undefined) => void;
  readonly close: () => Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 5000;

export function createCarrier(
  options: RelayOptions & { readonly clock: NonNullable<RelayOptions['clock']> },
  settings: RelaySettings,
  signals: Pick<Carrier, 'mayBegin' | 'signal'>,
): OwnedCarrier {
  const { store, clock, random = Math.random } = options;
  const { limits, account, quotaTimeZone, includeOverflow } = settings;
  const report = createReport(options.onEvent);
  const longestCallMs =
    (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) +
    (options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS);
  const pace = createSharedPace({ store, account, clock, longestCallMs });
  const { maxCallsPerSecond } = limits;
  const direct = createDcdnClient({ ...options, maxCallsPerSecond, pace: pace.take });
  const breaking = createBreakingClient(direct, settings.breaker, report);
  const { client } = breaking;
  const block = createBlock(clock, breaking.waitMs);
  const packing = { endpoint: client.endpoint, limits, includeOverflow };
  checkRoom(packing);
  const judge: Carrier['judge'] = (error, attempts) => {
    const judging = { attempts, nowMs: clock.now(), random: random(), quotaTimeZone };
    const verdict = judgeRefusal(error, judging);
    if (verdict.action === 'wait' && isForAll(error)) block.set(verdict.waitMs, verdict.problem);
    if (verdict.action === 'wait' && error.recovery === 'next-quota-day')
      report({ type: 'quota', waitMs: verdict.waitMs });
    return verdict;
  };
  const carrier: Carrier = {
    ...settings,
    ...signals,
    store,
    client,
    report,
    leaseLost: () => report({ type: 'lease-lost' }),
    blocked: block.now,
    judge,
    send: createSend({ ...options, client, limits, random, signal: signals.signal }),
    packing,
    backoffMs: (failures) => taskBackoffMs(failures, random()),
    ageOf: (rows) => rows.reduce((most, row) => Math.max(most, clock.now() - row.appendedAtMs), 0),
  };
  const close = async (): Promise<void> => {
    await pace.idle();
    await client.close();
  };
  const { lift, liftUnless } = block;
  return { carrier, circuit: breaking.state, lift, liftUnless, close };
}

/** Whether the cloud has said when calls may come again, whoever makes them. */
function isForAll({ code, recovery, retryAfterMs }: FreshtagError): boolean {
  return recovery === 'next-quota-day' || (code === 'THROTTLED' && retryAfterMs !== undefined);
}

/** Every wait is the store's: what is tried again later must outlast the process. */
const ONE_ATTEMPT = { maxAttempts: 1, budgetMs: 0 };

function createSend({
  client,
  clock,
  limits,
  random,
  signal,
}: Pick<Carrier, 'client' | 'signal'> &
  Pick<RelaySettings, 'limits'> &
  Required<Pick<RelayOptions, 'clock' | 'random'>>): Carrier['send'] {
  const call = createCaller({ client, clock, retry: ONE_ATTEMPT, random });
  return ({ directories, ...planned }) => {
    if (directories === undefined) return sendAll([planned], call, { signal });
    const options = { ...planned, client, clock, limits, retry: ONE_ATTEMPT, random };
    return createDirectoryRefresher(options)(directories, { signal });
  };
}

const CIRCUIT_OPEN: Problem = {
  code: 'CIRCUIT_OPEN',
  message: 'The last calls all failed, so none is made for a while.',
};

interface Block extends Pick<OwnedCarrier, 'lift' | 'liftUnless'> {
  readonly now: () => Verdict | undefined;
  readonly set: (waitMs: number, problem: Problem) => void;
}

/** What is known to stop every call at the moment. */
function createBlock(clock: Pick<Clock, 'now'>, circuitMs: () => number): Block {
  let told: { readonly hold: Hold; readonly problem: Problem } | undefined;
  return {
    now: () => {
      const nowMs = clock.now();
      if (told !== undefined && isInForce(told.hold, nowMs))
        return wait(told.hold.untilMs - nowMs, told.problem);
      told = undefined;
      const openMs = circuitMs();
      return openMs > 0 ? wait(openMs, CIRCUIT_OPEN) : undefined;
    },
    set: (waitMs, problem) => {
      const fromMs = clock.now();
      told = { hold: { fromMs, untilMs: fromMs + waitMs }, problem };
    },
    lift: () => {
      told = undefined;
    },
    liftUnless: (problem) => {
      if (told?.problem.code !== problem?.code) told = undefined;
    },
  };
}

function wait(waitMs: number, problem: Problem): Verdict {
  return { action: 'wait', waitMs, failed: false, problem, scope: 'all' };
}
