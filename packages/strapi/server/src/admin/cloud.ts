import { createDcdnClient, type DcdnClient } from '@freshtag/core';
import { createSharedPace } from '@freshtag/core/relay';

import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';

/** Longest that one question of the admin panel to the cloud takes. */
export const CLOUD_TIMEOUT_MS = 10_000;

/**
 * Asks the cloud with the key and in the way of the relay, and at its pace: a call of the panel takes
 * the turn of another.
 * @throws FreshtagError `NO_CREDENTIALS` …; `OUTBOX_UNAVAILABLE`; whatever the work throws
 */
export async function withCloud<T>(
  instance: Instance,
  work: (client: DcdnClient) => Promise<T>,
): Promise<T> {
  const { relay } = instance.config;
  const { limits, timeoutMs, account, ...settings } = relay === false ? {} : relay;
  const [stage] = stagesOf(instance);
  const { clock } = settings;
  // Connecting included.
  const longestCallMs = 2 * CLOUD_TIMEOUT_MS;
  const pace = stage && createSharedPace({ store: stage.store, account, clock, longestCallMs });
  const client = createDcdnClient({
    ...settings,
    ...(pace && { pace: pace.take }),
    timeoutMs: Math.min(timeoutMs ?? CLOUD_TIMEOUT_MS, CLOUD_TIMEOUT_MS),
    ...(limits?.maxCallsPerSecond !== undefined && {
      maxCallsPerSecond: limits.maxCallsPerSecond,
    }),
  });
  try {
    return await work(client);
  } finally {
    await pace?.idle();
    await client.close();
  }
}
