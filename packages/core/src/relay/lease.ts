import { crypto } from '../crypto.ts';
import type { Clock } from '../clock.ts';
import type { OutboxStore } from './outbox.ts';

export interface LeaseOptions {
  readonly store: Pick<OutboxStore, 'extend'>;
  readonly leaseMs: number;
  readonly clock: Clock;
  /** Ends the extending, whatever the work does. */
  readonly signal: AbortSignal;
}

/** Whether the work still has its lease; and what is told when the store has shown that it has not. */
export interface Held {
  readonly is: () => boolean;
  readonly lose: () => void;
}

/** A name for what is claimed together, unlike any other. */
export function newHolder(name: string): string {
  return `${name}/${crypto().randomUUID()}`;
}

/**
 * Extends the lease three times in its length while the work goes on, and tells the work whether it still
 * has it: others do then what has not begun. What was begun goes on; what it still tells the store
 * changes nothing, and to be refreshed twice harms nobody.
 */
export async function whileHeld<T>(
  holder: string,
  { store, leaseMs, clock, signal }: LeaseOptions,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  signal.addEventListener('abort', () => over.abort(), { once: true, signal: over.signal });
  let held = 1;
  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(leaseMs / 3, over.signal);
      // A store that is down for a moment is asked again at the next beat.
      held = await store.extend({ holder, leaseMs }).catch(() => held);
    }
  };
  const beating = beat().catch(() => {});
  try {
    return await work({ is: () => held > 0, lose: () => void (held = 0) });
  } finally {
    over.abort();
    await beating;
  }
}
