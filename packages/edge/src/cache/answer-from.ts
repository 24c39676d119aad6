import type { Step } from '../http/cache-status.ts';
import { lengthOf, NO_BODY, openBody } from './body.ts';
import type { Entry } from './entry.ts';
import type { Answer, StaleCopy } from './exchange.ts';

/** What is told from a stored response. */
export function answerFrom(
  entry: Entry,
  { nowMs, method, step }: { readonly nowMs: number; readonly method: string; readonly step: Step },
): Answer {
  const { status, headers, body, vary, lifetimeSeconds, storedAtMs, fetchedAtMs, ageMs } =
    entry.response;
  return {
    status,
    headers,
    body: method === 'HEAD' ? { ...NO_BODY, lengthBytes: lengthOf(body) } : openBody(body),
    policy: {
      storable: true,
      lifetimeSeconds,
      ageMs,
      vary,
      tags: entry.tags.map(({ name }) => name),
    },
    ageMs: entry.ageMsAt(nowMs),
    fetchedAtMs,
    saved: { atMs: storedAtMs, freshForMs: Math.max(0, lifetimeSeconds * 1000 - ageMs) },
    steps: [step],
  };
}

/** Seconds that a stored response is still fresh; negative once it is stale. */
export function ttlSecondsOf(entry: Entry, nowMs: number): number {
  return entry.response.lifetimeSeconds - entry.ageMsAt(nowMs) / 1000;
}

export function staleCopyOf(entry: Entry): StaleCopy {
  const { status, headers } = entry.response;
  return { status, headers, byRefresh: entry.isExpired };
}
