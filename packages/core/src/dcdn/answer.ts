import { FreshtagError } from '../errors.ts';
import { parseObject } from '../json.ts';
import type { Credentials } from './credentials.ts';
import { DcdnError } from './errors.ts';

interface ResponseLike {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
}

const MAX_ANSWER_BYTES = 1_048_576;
const MAX_SHOWN_CHARACTERS = 200;

/**
 * Reads an answer of the API: at most 1 MiB, JSON in all good cases.
 *
 * @throws DcdnError when the cloud refused; FreshtagError `API_UNREADABLE` for anything else than its
 * documented form, with the beginning of the body
 */
export async function readAnswer(
  action: string,
  response: ResponseLike,
  credentials: Credentials,
): Promise<Readonly<Record<string, unknown>>> {
  const text = await readBounded(response.body);
  const json = parseObject(text);
  const ok = response.statusCode >= 200 && response.statusCode < 300;
  if (ok && json !== undefined) return json;

  const apiCode = textField(json, 'Code') ?? textField(json, 'code');
  if (apiCode === undefined) {
    const shown = redact(text.slice(0, MAX_SHOWN_CHARACTERS), credentials)
      .replace(/\s+/g, ' ')
      .trim();
    throw new FreshtagError(
      'API_UNREADABLE',
      `${action} was answered with HTTP ${response.statusCode} and something that is not the API’s JSON: “${shown}”. Something between here and the cloud may have answered; check the endpoint and any proxy.`,
    );
  }
  const requestId = textField(json, 'RequestId') ?? textField(json, 'requestId');
  const message = textField(json, 'Message') ?? textField(json, 'message') ?? '';
  throw new DcdnError({
    action,
    status: response.statusCode,
    apiCode: redact(apiCode, credentials),
    apiMessage: redact(message, credentials),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

/** The cloud repeats what was signed when a signature is wrong; a session token is part of that. */
function redact(text: string, credentials: Credentials): string {
  const secrets = [credentials.accessKeySecret, credentials.securityToken ?? ''].filter(
    (secret) => secret !== '',
  );
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function textField(
  object: Readonly<Record<string, unknown>> | undefined,
  name: string,
): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
