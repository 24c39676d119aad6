import { request } from 'undici';

import type { EdgeOptions } from '../src/index.ts';
import { serve, startBench, startOrigin, type Bench } from './support.ts';

/** Whatever the endpoint answers, as its tests look at it. */
interface Answered {
  readonly [name: string]: unknown;
  readonly error: { readonly code: string; readonly message: string };
  readonly total: number;
  readonly faultKinds: readonly { readonly kind: string; readonly fields: unknown }[];
}

export interface ControlBench extends Bench {
  readonly url: string;
}

export async function startControlBench(options: Partial<EdgeOptions> = {}): Promise<ControlBench> {
  const origin = await startOrigin(serve({ body: 'old', headers: { 'cache-tag': 'page,a' } }));
  const bench = await startBench(origin.url, { controlPort: 0, ...options });
  return { ...bench, url: bench.edge.controlUrl ?? '' };
}

interface Called {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: Answered;
}

export async function call(
  url: string,
  options: Parameters<typeof request>[1] = {},
): Promise<Called> {
  const { statusCode, headers, body } = await request(url, options);
  return { status: statusCode, headers, json: JSON.parse(await body.text()) as Answered };
}

export const JSON_TYPE = { 'content-type': 'application/json' } as const;

export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Called> {
  return call(url, {
    method: 'POST',
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify(body),
  });
}

interface Stream {
  readonly status: number;
  /** Reads on until it fits. @returns all that has come */
  until(pattern: RegExp): Promise<string>;
  close(): void;
}

/** Lines of a stream, as they come. */
export async function openStream(
  url: string,
  headers: Record<string, string> = {},
): Promise<Stream> {
  const { statusCode, body } = await request(url, { headers });
  let text = '';
  const chunks = body[Symbol.asyncIterator]();
  return {
    status: statusCode,
    until: async (pattern) => {
      while (!pattern.test(text)) {
        const { value, done } = await chunks.next();
        if (done === true) throw new Error(`The stream ended with: ${text}`);
        text += String(value);
      }
      return text;
    },
    close: () => void body.destroy(),
  };
}
