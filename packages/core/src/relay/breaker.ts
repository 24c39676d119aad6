import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
  type CircuitBreakerPolicy,
} from 'cockatiel';

import type { DcdnClient } from '../dcdn/client.ts';
import { DcdnError } from '../dcdn/errors.ts';
import { FreshtagError, isFreshtagError } from '../errors.ts';
import type { Report } from './events.ts';

/** When a relay stops making calls that are bound to fail. */
export interface BreakerOptions {
  /** So many calls in a row that the cloud did not answer, or answered with a fault of its own. Default 5. */
  readonly failures: number;
  /** How long no call is made then, before one is tried, in milliseconds. Default 15,000. */
  readonly openMs: number;
}

export const DEFAULT_BREAKER: BreakerOptions = { failures: 5, openMs: 15_000 };

export type CircuitName = 'closed' | 'open' | 'half-open';

/** A client that makes no calls while the cloud is out of order. */
export interface BreakingClient {
  readonly client: DcdnClient;
  readonly state: () => CircuitName;
  /** How long no call will be made, in milliseconds; 0 if one would be made now. */
  readonly waitMs: () => number;
}

/** Not throttling, which has a pace of its own, nor anything that the cloud says for good reason. */
const OUTAGES: ReadonlySet<string> = new Set([
  'ENDPOINT_UNREACHABLE',
  'CLOUD_BUSY',
  'API_UNREADABLE',
]);

/** Calls that wait in the open circuit fail with `CIRCUIT_OPEN`. */
export function createBreakingClient(
  client: DcdnClient,
  { failures, openMs }: BreakerOptions,
  report: Report,
): BreakingClient {
  // The library tells time by the system's clock, and so must what is computed from it.
  let openedAtMs = 0;
  const close = (): CircuitBreakerPolicy => {
    const policy = circuitBreaker(handleWhen(isOutage), {
      halfOpenAfter: openMs,
      breaker: new ConsecutiveBreaker(failures),
    });
    policy.onStateChange((state) => {
      if (state === CircuitState.Open) openedAtMs = Date.now();
      report({ type: 'circuit', state: nameOf(state) });
    });
    return policy;
  };
  let kept = close();
  const circuit = (): CircuitBreakerPolicy => {
    // A clock that was set back would keep it open for the time that it lost.
    if (kept.state !== CircuitState.Open || Date.now() >= openedAtMs) return kept;
    kept = close();
    report({ type: 'circuit', state: 'closed' });
    return kept;
  };
  const waitMs = (): number =>
    circuit().state === CircuitState.Open ? Math.max(0, openedAtMs + openMs - Date.now()) : 0;
  const call: DcdnClient['call'] = async (action, query, signal) => {
    const made = circuit().execute(() => client.call(action, query, signal).catch(asRefusal));
    const answer = await made.catch((error: unknown) => {
      throw isBrokenCircuitError(error) ? circuitOpen(waitMs()) : error;
    });
    if (answer instanceof DcdnError) throw answer;
    return answer;
  };
  return { client: { ...client, call }, state: () => nameOf(circuit().state), waitMs };
}

function isOutage(error: unknown): boolean {
  return isFreshtagError(error) && OUTAGES.has(error.code);
}

/** What the cloud says for good reason shows that it is there. */
function asRefusal(error: unknown): DcdnError {
  if (error instanceof DcdnError && !isOutage(error)) return error;
  throw error;
}

function nameOf(state: CircuitState): CircuitName {
  if (state === CircuitState.Closed) return 'closed';
  return state === CircuitState.HalfOpen ? 'half-open' : 'open';
}

function circuitOpen(retryAfterMs: number): FreshtagError {
  return new FreshtagError(
    'CIRCUIT_OPEN',
    'The last calls all failed, so none is made for a while. What waits keeps waiting; one call will be tried then.',
    { recovery: 'retry', retryAfterMs },
  );
}
