import type { IncomingMessage } from 'node:http';

import { GatewayPage, Refusal } from './refusal.ts';

/** One call as it came over the wire. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Of its signature. A call without the headers of version 3 is one of version 1. */
  readonly version: 1 | 3;
  /** Decoded: of the URL and, in version 1, of a form in the body. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const FORM = 'application/x-www-form-urlencoded';
// What nginx, and Tengine with it, takes by default.
const MAX_BODY_BYTES = 1024 * 1024;

/** @throws Refusal for what cannot be read as a call */
export async function readCall(
  request: IncomingMessage,
  { maxUrlBytes }: { readonly maxUrlBytes: number },
): Promise<Call> {
  const url = request.url ?? '/';
  if (url.length > maxUrlBytes) throw new GatewayPage(414, 'Request-URI Too Large');
  const [path = '', ...rest] = url.split('?');
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    String(value ?? ''),
  ]);
  const body = await readBody(request);
  const parameters = parseParameters(
    `${rest.join('?')}&${hasForm(request) ? body.toString('utf8') : ''}`,
  );
  return {
    method: request.method ?? '',
    path,
    version: versionOf(request, parameters),
    parameters,
    headers: Object.fromEntries(headers),
    body,
  };
}

function hasForm({ headers }: IncomingMessage): boolean {
  const isForm = headers['content-type']?.toLowerCase().startsWith(FORM) === true;
  return isForm && headers.authorization === undefined;
}

// The cloud's old SDK sends x-acs-action and x-acs-version with its calls, too.
function versionOf({ headers }: IncomingMessage, parameters: Call['parameters']): Call['version'] {
  if (headers.authorization !== undefined) return 3;
  return headers['x-acs-action'] === undefined || Object.hasOwn(parameters, 'Signature') ? 1 : 3;
}

/** A `+` is a space, as in any form: whoever means a plus must encode it. */
function parseParameters(raw: string): Readonly<Record<string, string>> {
  const pairs = raw
    .split('&')
    .filter((pair) => pair !== '')
    .map(parsePair);
  const names = new Set(pairs.map(([name]) => name));
  if (names.size === pairs.length) return Object.fromEntries(pairs);
  throw new Refusal(400, 'InvalidParameters', 'A parameter is given twice.');
}

function parsePair(pair: string): readonly [name: string, value: string] {
  const [name = '', ...value] = pair.replaceAll('+', ' ').split('=');
  try {
    return [decodeURIComponent(name), decodeURIComponent(value.join('='))];
  } catch {
    throw new Refusal(400, 'InvalidParameters', 'A parameter is not percent-encoded UTF-8.');
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) throw new GatewayPage(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
