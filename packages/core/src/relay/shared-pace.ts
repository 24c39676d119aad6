import { systemClock, type Clock } from '../clock.ts';
import type { OutboxStore } from './outbox.ts';

/** A second of the cloud's, and some more, since its clock and ours are two. */
const REST_MS = 1000 + 20;
/** Longest time from asking for a turn to the call: a process can be halted in between. */
const LATE_MS = 10_000;

/** The account of those that name none. */
export const DEFAULT_ACCOUNT = 'default';

export interface SharedPaceOptions {
  readonly store: Pick<OutboxStore, 'takeTurn' | 'endTurn'>;
  /** As the option of the relays that it is shared with. Default `default`. */
  readonly account?: string | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Longest time that one call can take, connecting included, in milliseconds. */
  readonly longestCallMs: number;
}

export interface SharedPace {
  /** For `DcdnClientOptions.pace`. */
  readonly take: (maxCallsPerSecond: number, signal?: AbortSignal) => Promise<() => void>;
  /** Resolves when the ends of all turns have been told to the store. */
  readonly idle: () => Promise<void>;
}

/**
 * One pace for all processes that share a store: a call holds one of as many slots as calls are allowed
 * in a second, from its turn until a second after its answer. So no sliding second can have more, however
 * the calls are spread over processes, and one that was killed holds its slot until its call must be over.
 */
export function createSharedPace({
  store,
  account = DEFAULT_ACCOUNT,
  clock = systemClock,
  longestCallMs,
}: SharedPaceOptions): SharedPace {
  const ending = new Set<Promise<void>>();
  const longestMs = LATE_MS + longestCallMs + REST_MS;
  const end = (slot: number): void => {
    // A slot whose end could not be told is free again by itself.
    const told = store.endTurn(account, slot, REST_MS).catch(() => {});
    ending.add(told);
    void told.finally(() => ending.delete(told));
  };
  return {
    take: async (slots, signal) => {
      for (;;) {
        signal?.throwIfAborted();
        const askedAtMs = clock.now();
        const turn = await store.takeTurn(account, { slots, longestMs });
        if (!turn.granted) await clock.sleep(Math.max(1, turn.waitMs), signal);
        // Its slot would be another's before the call is over.
        else if (clock.now() - askedAtMs > LATE_MS) end(turn.slot);
        else return () => end(turn.slot);
      }
    },
    idle: async () => {
      await Promise.all(ending);
    },
  };
}
