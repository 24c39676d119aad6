// When which instance is killed: chosen by the seed alone.
import type { Verdict } from '@freshtag/testing';

import { createRandom } from '../walk/random.ts';

/**
 * `append`: it asks the database to insert into the outbox; `commit`: it asks for the commit of that;
 * `committed`: the database has answered, it does not know; `message`: it asks anything; `call`, `answer`:
 * a refresh has come to the gate before the edge's API, or is performed and the instance does not know.
 */
export type CrashMoment = 'append' | 'commit' | 'committed' | 'message' | 'call' | 'answer';

export interface CrashChoice {
  readonly seed: number;
  /** Nobody: whoever makes the call. */
  readonly victim: string | undefined;
  readonly moment: CrashMoment;
  readonly nth: number;
  /** What becomes of what was seen. */
  readonly verdict: Verdict;
}

const MOST: Readonly<Record<CrashMoment, number>> = {
  append: 4,
  commit: 4,
  committed: 4,
  message: 400,
  call: 4,
  answer: 4,
};
const MOMENTS: readonly CrashMoment[] = [
  'append',
  'commit',
  'commit',
  'committed',
  'committed',
  'message',
  'call',
  'call',
  'answer',
];

export function chooseCrash(seed: number, instances: readonly string[]): CrashChoice {
  const { below, chance, pick } = createRandom(seed);
  const moment = pick(MOMENTS) ?? 'commit';
  const victim = pick(instances);
  return {
    seed,
    moment,
    victim: moment === 'call' || moment === 'answer' ? undefined : victim,
    nth: 1 + below(MOST[moment]),
    // A call that never came is what an early acknowledgement would lose.
    verdict: chance(moment === 'call' ? 0.25 : 0.5) ? 'pass' : 'drop',
  };
}

export function describeCrash({ moment, nth, seed, verdict, victim }: CrashChoice): string {
  return `seed ${seed}, kill ${victim ?? 'whoever is'} at ${moment} ${nth} (${verdict})`;
}
