import { FreshtagError } from '../errors.ts';
import { parseObject } from '../json.ts';
import { toPrintable } from '../printable.ts';
import type { Credentials } from './credentials/key.ts';
import { DcdnError } from './errors.ts';
import type { RawAnswer } from './transport.ts';

const MAX_SHOWN_CHARACTERS = 200;

/**
 * Reads an answer of the API: JSON in all good cases.
 *
 * @throws DcdnError when the cloud refused; FreshtagError `API_UNREADABLE` for anything else than its
 * documented form, with the beginning of the body
 */
export function readAnswer(
  action: string,
  { statusCode: status, headers, text: raw }: RawAnswer,
  credentials: Credentials,
): Readonly<Record<string, unknown>> {
  const text = redact(raw, credentials);
  const json = parseObject(text);
  if (json !== undefined && status >= 200 && status < 300) return json;
  const fields = json ?? parseXml(text);
  const apiCode = textField(fields, 'Code') ?? textField(fields, 'code');
  if (apiCode === undefined) throw unreadable(action, status, text);
  throw new DcdnError({
    action,
    status,
    apiCode,
    apiMessage: textField(fields, 'Message') ?? textField(fields, 'message') ?? '',
    requestId: textField(fields, 'RequestId') ?? textField(fields, 'requestId'),
    retryAfterMs: readRetryAfter(headers),
  });
}

function unreadable(action: string, status: number, text: string): FreshtagError {
  const shown = toPrintable(text.slice(0, MAX_SHOWN_CHARACTERS)).replace(/\s+/g, ' ').trim();
  const maySucceed = status === 429 || status >= 500 || (status >= 200 && status < 300);
  return new FreshtagError(
    'API_UNREADABLE',
    `${action} was answered with HTTP ${status} and something that is not the API’s JSON: “${shown}”. Something between here and the cloud may have answered; check the endpoint and any proxy.`,
    { status, recovery: maySucceed ? 'retry' : 'stop' },
  );
}

/**
 * How long the gateway asks to wait: `x-acs-retry-after` in milliseconds, or the `TimeLeft` of its
 * older rate limit headers; the longest of them.
 */
function readRetryAfter(headers: RawAnswer['headers']): number | undefined {
  const direct = String(headers['x-acs-retry-after'] ?? '');
  const limits = [headers['x-ratelimit-user-api'], headers['x-ratelimit-user']].map(String);
  const waits = [
    /^\d{1,9}$/.exec(direct)?.[0],
    ...limits.map((limit) => /TimeLeft:(\d{1,9})/.exec(limit)?.[1]),
  ]
    .filter((text) => text !== undefined)
    .map(Number)
    .filter((ms) => ms > 0);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** The gateway answers in XML when it could not read what form was asked for. */
function parseXml(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^\s*<(\?xml|Error)\b/.test(text)) return undefined;
  const names = ['Code', 'Message', 'RequestId'];
  return Object.fromEntries(
    names.map((name) => [name, new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]]),
  );
}

/**
 * The cloud repeats what was signed when a signature is wrong, and a proxy may repeat anything; in
 * JSON or percent-encoded, too.
 */
function redact(text: string, credentials: Credentials): string {
  return secretForms(credentials).reduce(
    (shown, form) => (shown.includes(form) ? shown.replaceAll(form, '***') : shown),
    text,
  );
}

// Each key is the same object for all its calls.
const knownForms = new WeakMap<Credentials, readonly string[]>();

function secretForms(credentials: Credentials): readonly string[] {
  const known = knownForms.get(credentials);
  if (known !== undefined) return known;
  const secrets = [credentials.accessKeySecret, credentials.securityToken ?? ''];
  const forms = secrets.flatMap((secret) => {
    const json = JSON.stringify(secret).slice(1, -1);
    return [secret, json, json.replaceAll('/', String.raw`\/`), encodeURIComponent(secret)];
  });
  const distinct = [...new Set(forms)].filter((form) => form !== '');
  knownForms.set(credentials, distinct);
  return distinct;
}

function textField(
  object: Readonly<Record<string, unknown>> | undefined,
  name: string,
): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' && value !== '' ? toPrintable(value) : undefined;
}
