import { channel, tracingChannel, type TracingChannel } from 'node:diagnostics_channel';

import type { ErrorCode } from './error-codes.ts';

/** One attempt of one call of the API. */
export interface CallMessage {
  readonly action: string;
  readonly endpoint: string;
}

/** One refresh of any number of tags, for one or several domains. */
export interface RefreshMessage {
  readonly domains: readonly string[];
  readonly tags: number;
  /** Not for a refresh of tags. */
  readonly directories?: number;
  readonly force: boolean;
}

/** A call that failed is made again after a wait. */
export interface RetryMessage {
  readonly action: string;
  readonly domain: string;
  readonly code: ErrorCode;
  /** Attempts made so far. */
  readonly attempt: number;
  readonly delayMs: number;
}

/** `tracing:freshtag:call:*`, see https://nodejs.org/api/diagnostics_channel.html */
export const callChannel: TracingChannel<unknown, CallMessage> = tracingChannel('freshtag:call');

/** `tracing:freshtag:refresh:*` */
export const refreshChannel: TracingChannel<unknown, RefreshMessage> =
  tracingChannel('freshtag:refresh');

/** What a relay has claimed together: rows, or batches for their next step. */
export interface CarryMessage {
  readonly rows: number;
  readonly batches: number;
}

/** `tracing:freshtag:carry:*` */
export const carryChannel: TracingChannel<unknown, CarryMessage> = tracingChannel('freshtag:carry');

export const RETRY_CHANNEL = 'freshtag:retry';

const retryChannel = channel(RETRY_CHANNEL);

/** Publishes on `freshtag:retry`. */
export function publishRetry(message: RetryMessage): void {
  retryChannel.publish(message);
}
