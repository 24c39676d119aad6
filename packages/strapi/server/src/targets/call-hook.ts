import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';

import type { RebuiltTarget } from '../config.ts';

/** What a build hook is told. */
export interface HookMessage {
  readonly target: string;
  readonly environment: string;
  /** What has changed since the last call that was taken. */
  readonly tags: readonly string[];
}

export interface HookAnswer {
  /** Answered with 2xx. */
  readonly taken: boolean;
  /** What happened instead, without the address and without headers: they may be secrets. */
  readonly problem: string;
  readonly retryAfterMs?: number | undefined;
}

const TIMEOUT_MS = 30_000;

/** Calls it once, over a connection of its own that leaves nothing behind. It never rejects. */
export async function callHook(
  { url, method = 'POST', headers }: RebuiltTarget['hook'],
  message: HookMessage,
  signal: AbortSignal,
): Promise<HookAnswer> {
  const body = method === 'GET' ? undefined : JSON.stringify({ source: 'freshtag', ...message });
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const { request } = await (url.startsWith('https:')
      ? import('node:https')
      : import('node:http'));
    const asked: ClientRequest = request(url, {
      method,
      agent: false,
      signal: AbortSignal.any([signal, limit]),
      headers: {
        ...headers,
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      },
    });
    const answered = once(asked, 'response');
    asked.end(body);
    const [answer]: IncomingMessage[] = await answered;
    answer?.destroy();
    const status = answer?.statusCode ?? 0;
    return {
      taken: status >= 200 && status <= 299,
      problem: `answered ${status}`,
      retryAfterMs: retryAfterOf(answer),
    };
  } catch (error) {
    return {
      taken: false,
      problem: limit.aborted ? 'gave no answer' : `could not be called (${codeOf(error)})`,
    };
  }
}

function retryAfterOf(answer: IncomingMessage | undefined): number | undefined {
  const seconds = Number(answer?.headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no code';
}
