// What goes wrong in a round: chosen by its seed alone.
import type { Fault } from '@freshtag/edge';

import type { MomentKind, Verdict } from '../../src/index.ts';
import type { StoreKind } from './database.ts';
import { randomFrom } from './site.ts';

/** At the nth moment of a kind. */
export interface Trap {
  readonly actor: string;
  readonly kind: MomentKind;
  readonly nth: number;
  /** What becomes of what was seen. */
  readonly verdict: Verdict;
}

export interface Choice {
  readonly seed: number;
  /** Of two processes, each started again at once. */
  readonly kills: readonly [Trap, Trap];
  readonly freeze: Trap | undefined;
  /** When the database goes away, after the round began. */
  readonly outageAtMs: number | undefined;
  readonly faults: readonly { readonly fault: Fault; readonly atMs: number }[];
}

const LAYERS = ['pop-1', 'pop-2', 'second-layer'];

type Pick = <T>(from: readonly T[]) => T;

const REFRESH = 'RefreshDcdnObjectCacheByCacheTag';

export function chooseRound(
  seed: number,
  kind: StoreKind,
  {
    workers,
    writers,
  }: { readonly workers: readonly string[]; readonly writers: readonly string[] },
): Choice {
  const random = randomFrom(seed);
  const pick: Pick = (from) => from[Math.floor(random() * from.length)] as never;
  const chooseKill = (spared: readonly string[]): Trap => {
    const ofWorker = random() < 0.65;
    const left = (ofWorker ? workers : writers).filter((name) => !spared.includes(name));
    return left.length === 0
      ? chooseTrap(pick(writers), kindsOf(kind, false), pick)
      : chooseTrap(pick(left), kindsOf(kind, ofWorker), pick);
  };
  const first = chooseKill([]);
  const second = chooseKill([first.actor]);
  const others = workers.filter((name) => name !== first.actor && name !== second.actor);
  const freezes = others.length > 0 && random() < 0.4;
  const frozen = freezes ? chooseTrap(pick(others), kindsOf(kind, true), pick) : undefined;
  return {
    seed,
    kills: [first, second],
    freeze: frozen && { ...frozen, verdict: 'pass' },
    outageAtMs: kind !== 'sqlite' && random() < 0.2 ? Math.round(random() * 500) : undefined,
    faults: [
      // What the second pass is for, in every round.
      atOnce({ kind: 'slow-fill', delayMs: 200 + Math.floor(random() * 150), times: 200 }),
      atOnce({
        kind: 'lag',
        point: pick(LAYERS),
        delayMs: 50 + Math.floor(random() * 150),
        times: 3,
      }),
      ...Array.from({ length: Math.floor(random() * 4) }, () => ({
        fault: chooseFault(pick, random),
        // It shall meet later passes too.
        atMs: Math.floor(random() * 2000),
      })),
    ],
  };
}

function atOnce(fault: Fault): { readonly fault: Fault; readonly atMs: number } {
  return { fault, atMs: 0 };
}

function kindsOf(kind: StoreKind, ofWorker: boolean): readonly MomentKind[] {
  if (kind === 'sqlite') return ofWorker ? ['call', 'answer', 'write'] : ['write'];
  const ofDatabase = ['message', 'commit', 'committed'] as const;
  return ofWorker ? ['call', 'call', 'answer', 'answer', ...ofDatabase] : ofDatabase;
}

function chooseTrap(actor: string, kinds: readonly MomentKind[], pick: Pick): Trap {
  const kind = pick(kinds);
  const most = { call: 4, answer: 4, message: 30, commit: 2, committed: 2, write: 60 }[kind];
  const nth = pick(Array.from({ length: most }, (_, index) => index + 1));
  return { actor, kind, nth, verdict: pick(['pass', 'drop']) };
}

function chooseFault(pick: Pick, random: () => number): Fault {
  const delayMs = 50 + Math.floor(random() * 150);
  const times = 1 + Math.floor(random() * 2);
  const applied = random() < 0.7;
  return pick<Fault>([
    { kind: 'throttled', action: REFRESH, retryAfterMs: delayMs, times },
    { kind: 'throttled', times },
    { kind: 'unavailable', times },
    { kind: 'html', action: REFRESH },
    { kind: 'silent', action: REFRESH, applied },
    { kind: 'cut', action: REFRESH, applied, times },
    { kind: 'truncated', action: REFRESH, applied },
    { kind: 'slow', action: REFRESH, delayMs, times },
    { kind: 'task-failed', times },
    { kind: 'task-failed' },
    { kind: 'task-unreported', times },
    { kind: 'lag', point: pick(LAYERS), delayMs, times },
    { kind: 'origin-down', times },
  ]);
}

export function describeChoice({ seed, kills, freeze, outageAtMs, faults }: Choice): string {
  const at = ({ actor, kind, nth, verdict }: Trap): string =>
    `${actor} at ${kind} ${nth} (${verdict})`;
  return [
    `seed ${seed}`,
    ...kills.map((kill) => `kill ${at(kill)}`),
    ...(freeze === undefined ? [] : [`freeze ${at(freeze)}`]),
    ...(outageAtMs === undefined ? [] : [`database gone at ${outageAtMs} ms`]),
    ...faults.map(
      ({ fault: { kind, ...rest }, atMs }) => `${kind} ${JSON.stringify(rest)} at ${atMs} ms`,
    ),
  ].join(', ');
}
