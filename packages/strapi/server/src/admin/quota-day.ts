import { systemClock } from '@freshtag/core';
import { quotaDayStartMs, untilQuotaDayMs } from '@freshtag/core/relay';

import type { Instance } from '../instance.ts';

/** In which the relay counts the cloud's days unless it is told otherwise. */
const TIME_ZONE = 'Asia/Shanghai';

/** The day of the quota that it is, in milliseconds since 1970. */
export interface QuotaDay {
  readonly nowMs: number;
  readonly startMs: number;
  /** When calls that wait for the next day are made. */
  readonly nextMs: number;
}

export function quotaDay({ config: { relay } }: Instance): QuotaDay {
  const { clock = systemClock, quotaTimeZone = TIME_ZONE } = relay === false ? {} : relay;
  const nowMs = clock.now();
  return {
    nowMs,
    startMs: quotaDayStartMs(nowMs, quotaTimeZone),
    nextMs: nowMs + untilQuotaDayMs(nowMs, quotaTimeZone),
  };
}
