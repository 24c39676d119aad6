import { systemClock } from '@freshtag/core';

import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';
import { verifyTargetsOf } from './look.ts';
import { createProber, type Prober } from './prober.ts';

const DEFAULT_LOOK_MS = 1000;

const probers = new WeakMap<Instance, Prober>();

/**
 * Begins to look whether what was refreshed is served by the edge, where that is configured. An instance
 * that leaves carrying to another one leaves this to it as well.
 */
export function startProber(instance: Instance): void {
  const { relay, types } = instance.config;
  const targets = verifyTargetsOf(instance.config);
  const uids = Object.keys(types).filter((uid) => {
    const option = types[uid];
    return option !== undefined && option !== false && option.urls !== undefined;
  });
  if (relay === false || targets.size === 0 || uids.length === 0) return;
  const stages = stagesOf(instance).filter(({ domains }) =>
    domains.some((one) => targets.has(one)),
  );
  const { clock = systemClock, lookMs = DEFAULT_LOOK_MS } = relay;
  const prober = createProber({ instance, stages, targets, uids, clock, lookMs });
  probers.set(instance, prober);
  prober.start();
}

/** Ends what {@link startProber} began. */
export async function stopProber(instance: Instance): Promise<void> {
  await probers.get(instance)?.stop();
  probers.delete(instance);
}
