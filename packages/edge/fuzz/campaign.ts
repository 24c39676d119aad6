import * as fc from 'fast-check';

import { DOMAIN } from '../oracle/edge-options.ts';
import { brokenCall, signedCall } from './api-calls.ts';
import { deliverCase } from './deliver-case.ts';
import { startEdgeUnderTest, type EdgeUnderTest } from './edge-under-test.ts';
import type { FuzzCase, MakeCase, OriginPlan, Place } from './fuzz-case.ts';
import { examine } from './health.ts';
import { startHostileOrigin, type HostileOrigin } from './hostile-origin.ts';
import { behindHostileOrigin, malformed, mutated, noise } from './raw-requests.ts';

/** Connections at the same time. */
const BATCH = 30;
/** Paths come back after so many batches, so that some answers are found stored. */
const PATH_CYCLE = 10;

const anyCase: fc.Arbitrary<MakeCase> = fc.oneof(
  { weight: 4, arbitrary: behindHostileOrigin },
  { weight: 2, arbitrary: malformed },
  { weight: 2, arbitrary: mutated },
  { weight: 1, arbitrary: noise },
  { weight: 2, arbitrary: signedCall },
  { weight: 1, arbitrary: brokenCall },
);

/** An edge with a hostile origin behind it. */
export interface Arena {
  readonly edge: EdgeUnderTest;
  readonly origin: HostileOrigin;
  readonly stop: () => Promise<void>;
}

export async function openArena(): Promise<Arena> {
  const origin = await startHostileOrigin();
  const edge = await startEdgeUnderTest(origin.url);
  const stop = async (): Promise<void> => {
    await edge.stop();
    await origin.stop();
  };
  return { edge, origin, stop };
}

/** The cases of a batch: the same for the same seed and number, but for times and nonces. */
export function generateBatch(seed: number, batch: number): readonly MakeCase[] {
  return fc.sample(anyCase, { seed: seed + batch, numRuns: BATCH });
}

/**
 * Plays cases at the same time, then asks whether all is well.
 *
 * @returns what was played, and what is wrong, if anything is
 */
export async function playBatch(
  { edge, origin }: Arena,
  makers: readonly MakeCase[],
  batch: number,
): Promise<{ readonly cases: readonly FuzzCase[]; readonly wrong: string | undefined }> {
  const places = makers.map((_, index) => placeOf(edge, batch, index));
  const cases = makers.map((make, index) => make(places[index] ?? placeOf(edge, batch, index)));
  const plans = new Map<string, OriginPlan>();
  cases.forEach(({ plan }, index) => {
    const path = places[index]?.path;
    if (plan !== undefined && path !== undefined) plans.set(path, plan);
  });
  origin.follow(plans);
  const played = cases.map((each) =>
    deliverCase(each, each.port === 'visitors' ? edge.visitorsPort : edge.apiPort),
  );
  await Promise.all(played);
  return { cases, wrong: await examine(edge, placeOf(edge, batch, BATCH)) };
}

function placeOf({ apiHost }: EdgeUnderTest, batch: number, index: number): Place {
  return {
    domain: DOMAIN,
    apiHost,
    path: `/fuzz/${index}?cycle=${batch % PATH_CYCLE}`,
    nowMs: Date.now(),
  };
}
