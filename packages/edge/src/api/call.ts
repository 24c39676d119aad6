import type { IncomingMessage } from 'node:http';

import { Refusal } from './refusal.ts';

/** One call as it came over the wire. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Parameters, decoded. */
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const MAX_BODY_BYTES = 64 * 1024;

/** @throws Refusal for what cannot be read as a call */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const [path = '', ...rest] = (request.url ?? '/').split('?');
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    String(value ?? ''),
  ]);
  return {
    method: request.method ?? '',
    path,
    query: parseQuery(rest.join('?')),
    headers: Object.fromEntries(headers),
    body: await readBody(request),
  };
}

function parseQuery(raw: string): Record<string, string> {
  const pairs = raw
    .split('&')
    .filter((pair) => pair !== '')
    .map(parsePair);
  const names = new Set(pairs.map(([name]) => name));
  if (names.size === pairs.length) return Object.fromEntries(pairs);
  throw new Refusal(400, 'InvalidParameters', 'A parameter is given twice.');
}

function parsePair(pair: string): readonly [name: string, value: string] {
  const [name = '', ...value] = pair.split('=');
  try {
    return [decodeURIComponent(name), decodeURIComponent(value.join('='))];
  } catch {
    throw new Refusal(400, 'InvalidParameters', 'The query string is not percent-encoded UTF-8.');
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) {
      throw new Refusal(
        400,
        'InvalidParameters',
        `The body is longer than ${MAX_BODY_BYTES} bytes.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
