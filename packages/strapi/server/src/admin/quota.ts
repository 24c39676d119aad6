import { describeRefreshQuota } from '@freshtag/core';

import type { Summary } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { withCloud } from './cloud.ts';

interface Known {
  readonly quota: Summary['quota'];
  readonly askedAtMs: number;
}

/** How long the cloud is not asked again, whatever it said. */
const ASK_AGAIN_MS = 300_000;

const knownOf = new WeakMap<Instance, Known>();

/**
 * What the cloud said lately of the day's quota, and nothing at first: it is asked meanwhile, for the
 * next time. Of tags it says nothing, so it is the one for refreshes by URL.
 */
export function knownQuota(instance: Instance, nowMs: number): Summary['quota'] {
  const known = knownOf.get(instance);
  const isNew = known !== undefined && Math.abs(nowMs - known.askedAtMs) < ASK_AGAIN_MS;
  if (isNew || instance.config.relay === false) return known?.quota;
  knownOf.set(instance, { quota: known?.quota, askedAtMs: nowMs });
  void askForQuota(instance).then((quota) =>
    knownOf.set(instance, { quota: quota ?? known?.quota, askedAtMs: nowMs }),
  );
  return known?.quota;
}

/** Never rejects: without a key, or a right to ask, nothing is known. */
async function askForQuota(instance: Instance): Promise<Summary['quota']> {
  try {
    const quotas = await withCloud(instance, (client) => describeRefreshQuota(client));
    const ofUrls = quotas.find(({ kind }) => kind === 'url');
    return ofUrls && { remaining: ofUrls.remaining, total: ofUrls.limit };
  } catch {
    return undefined;
  }
}
