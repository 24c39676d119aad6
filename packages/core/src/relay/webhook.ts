import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';

import type { Alarm, AlarmOptions } from './alarm.ts';

const TIMEOUT_MS = 10_000;

/**
 * Posts an alarm as JSON, over a connection of its own that leaves nothing behind.
 * @throws an error without the address when it is not taken with a 2xx in ten seconds
 */
export async function postAlarm(
  alarm: Alarm,
  { url, headers }: NonNullable<AlarmOptions['webhook']>,
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify({ source: 'freshtag relay', ...alarm });
  const { request } = await (url.startsWith('https:') ? import('node:https') : import('node:http'));
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  let status: number;
  try {
    const asked: ClientRequest = request(url, {
      method: 'POST',
      agent: false,
      signal: AbortSignal.any([signal, limit]),
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    });
    const answered = once(asked, 'response');
    asked.end(body);
    const [answer]: IncomingMessage[] = await answered;
    status = answer?.statusCode ?? 0;
    answer?.destroy();
  } catch (error) {
    // What the system says of a failure has the address.
    // oxlint-disable-next-line preserve-caught-error -- so has the cause
    throw new Error(
      `the webhook ${limit.aborted ? 'gave no answer' : `failed (${codeOf(error)})`}`,
    );
  }
  if (status < 200 || status > 299) throw new Error(`the webhook answered ${status}`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no code';
}
