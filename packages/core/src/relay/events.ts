import { channel } from 'node:diagnostics_channel';

import type { Alarm } from './alarm.ts';
import type { OutboxStatistics, Problem } from './outbox.ts';

/** What a relay did, or what happened to it. None has a secret. */
export type RelayEvent =
  | {
      readonly type: 'claimed';
      readonly rows: number;
      readonly tags: number;
      readonly calls: number;
    }
  | {
      readonly type: 'accepted';
      readonly pass: number;
      readonly domain: string;
      readonly tags: number;
      /** In the first pass, the rows that this settles; 0 in later ones. */
      readonly rows: number;
      readonly requestId: string;
      /** From the oldest row's append to the answer, in milliseconds; in the first pass. */
      readonly oldestAgeMs?: number;
    }
  | {
      readonly type: 'waiting';
      readonly pass: number;
      readonly domain: string;
      readonly tags: number;
      readonly waitMs: number;
      readonly problem: Problem;
    }
  | {
      readonly type: 'parked';
      readonly pass: number;
      readonly domain: string;
      readonly tags: number;
      readonly problem: Problem;
    }
  | {
      readonly type: 'completed';
      readonly batchId: string;
      readonly state: 'complete' | 'settled';
      readonly domain: string;
      readonly tags: number;
    }
  /** The lease ended before the work did: another relay does it again. */
  | { readonly type: 'lease-lost' }
  /** A step of the ladder: fewer calls, for more refreshed than has changed. */
  | {
      readonly type: 'degraded';
      readonly step: 'wider-window' | 'coarser-tags' | 'directories';
      /** Not of a window, which is of all. */
      readonly domain?: string;
      readonly cost: string;
    }
  | { readonly type: 'circuit'; readonly state: 'open' | 'half-open' | 'closed' }
  | { readonly type: 'quota'; readonly waitMs: number }
  | { readonly type: 'store-unavailable'; readonly problem: Problem }
  /** What the outbox holds, told every ten seconds. */
  | { readonly type: 'figures'; readonly statistics: OutboxStatistics }
  | { readonly type: 'pruned'; readonly rows: number }
  | { readonly type: 'alarm'; readonly alarm: Alarm };

export const RELAY_CHANNEL = 'freshtag:relay';

const relayChannel = channel(RELAY_CHANNEL);

export type Report = (event: RelayEvent) => void;

/** Publishes on `freshtag:relay`, and tells the listener, whose own faults harm nobody. */
export function createReport(onEvent: ((event: RelayEvent) => void) | undefined): Report {
  const tell = async (event: RelayEvent): Promise<void> => onEvent?.(event);
  return (event) => {
    relayChannel.publish(event);
    tell(event).catch((error: unknown) => {
      process.emitWarning(`The listener of the relay threw: ${String(error)}`, 'FreshtagWarning');
    });
  };
}
