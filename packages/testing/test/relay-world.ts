import { setImmediate } from 'node:timers/promises';

import { onTestFinished } from 'vitest';

import {
  createMemoryOutbox,
  createRelay,
  type CarriedStore,
  type NewRow,
  type Relay,
  type RelayEvent,
  type RelayOptions,
} from '@freshtag/core/relay';
import {
  createManualClock,
  startEdge,
  type Edge,
  type EdgeEvent,
  type EdgeOptions,
  type ManualClock,
} from '@freshtag/edge';

import { startOrigin } from '../src/index.ts';

export const domain = 'www.example.com';
export const other = 'shop.example.com';

export type Call = Extract<EdgeEvent, { readonly type: 'refresh' }>;

/** Things that happen, and the promise of one that has not yet. */
interface Happening<T> {
  readonly all: T[];
  readonly add: (item: T) => void;
  /** Resolves when so many have happened that fit, counted from the beginning. */
  readonly seen: (fits: (item: T) => boolean, count?: number) => Promise<void>;
}

function createHappening<T>(): Happening<T> {
  const all: T[] = [];
  const waiting = new Set<() => void>();
  return {
    all,
    add: (item) => {
      all.push(item);
      for (const look of waiting) look();
    },
    seen: (fits, count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (all.filter(fits).length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

interface Cloud {
  readonly edge: Edge;
  /** Every refresh that it was asked for. */
  readonly calls: Call[];
  /** Resolves when there were so many. */
  readonly called: (count: number) => Promise<void>;
}

/** An edge that takes effect at once, and what it was told. */
export async function startCloud(options: Partial<EdgeOptions> = {}): Promise<Cloud> {
  const origin = await startOrigin();
  const edge = await startEdge({
    domains: { [domain]: origin.url, [other]: origin.url },
    pointsOfPresence: [{ name: 'pop-1', propagationDelayMs: 0 }],
    secondLayer: { propagationDelayMs: 0 },
    ...options,
  });
  onTestFinished(async () => {
    await edge.close();
    await origin.close();
  });
  const refreshes = createHappening<Call>();
  edge.onEvent((event) => {
    if (event.type === 'refresh') refreshes.add(event);
  });
  return { edge, calls: refreshes.all, called: (count) => refreshes.seen(() => true, count) };
}

/** Everything that takes time takes little. */
export const QUICK = {
  window: { idleMs: 30, maxMs: 200 },
  lookMs: 10,
  secondPassDelayMs: 50,
  pollIntervalMs: 20,
  settleMs: 200,
  limits: { maxCallsPerSecond: 1000 },
  credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
} as const;

/** Waits between attempts that are too short to notice. */
export const AT_ONCE = { random: () => 0.01 } as const;

interface Running {
  readonly relay: Relay;
  readonly events: RelayEvent[];
  /** Resolves when so many events of the type were told. */
  readonly told: (type: RelayEvent['type'], count?: number) => Promise<void>;
}

/** A relay that is stopped when the test ends, and its events. */
export function makeRelay(
  edge: Pick<Edge, 'apiUrl'>,
  store: CarriedStore,
  options: Partial<RelayOptions> = {},
): Running {
  const happening = createHappening<RelayEvent>();
  const relay = createRelay({
    ...QUICK,
    endpoint: edge.apiUrl,
    store,
    ...options,
    onEvent: (event) => {
      happening.add(event);
      return options.onEvent?.(event);
    },
  });
  onTestFinished(() => relay.stop());
  const told: Running['told'] = (type, count) =>
    happening.seen((event) => event.type === type, count);
  return { relay, events: happening.all, told };
}

export async function startRelay(...given: Parameters<typeof makeRelay>): Promise<Running> {
  const running = makeRelay(...given);
  await running.relay.start();
  return running;
}

interface TimedWorld extends Cloud {
  readonly clock: ManualClock;
  readonly store: ReturnType<typeof createMemoryOutbox>;
  /** Lets time pass, step by step, until it is so. */
  readonly passUntil: (isSo: () => boolean, stepMs?: number) => Promise<void>;
}

/** An edge and a store whose time passes only when a test says so. */
export async function startTimed(options: Partial<EdgeOptions> = {}): Promise<TimedWorld> {
  const clock = createManualClock();
  const cloud = await startCloud({ clock, ...options });
  const passUntil: TimedWorld['passUntil'] = async (isSo, stepMs = 5) => {
    for (let steps = 0; !isSo(); steps += 1) {
      if (steps > 50_000) throw new Error(`it was never so in ${steps} steps of ${stepMs} ms`);
      clock.advance(stepMs);
      await setImmediate();
    }
  };
  return { ...cloud, clock, store: createMemoryOutbox({ clock }), passUntil };
}

export function rowsOf(tags: readonly string[], more: Partial<NewRow> = {}): NewRow[] {
  return tags.map((tag) => ({ domain, tag, force: true, ...more }));
}

/** What a call carried, sorted. */
export function sentTags(calls: readonly Call[]): string[] {
  return calls.flatMap((call) => [...call.tags]).toSorted();
}

export { createMemoryOutbox };
