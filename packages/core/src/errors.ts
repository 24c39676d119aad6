import type { ErrorCode } from './error-codes.ts';
import { toPrintable } from './printable.ts';

/**
 * What can be done about an error.
 * - `retry`: it may pass when tried again.
 * - `split`: one tag of the batch can be the cause, or the batch is too large.
 * - `next-quota-day`: it passes when the quota’s day ends.
 * - `stop`: only a person can mend it.
 */
export type Recovery = 'retry' | 'split' | 'next-quota-day' | 'stop';

export interface FreshtagErrorOptions extends ErrorOptions {
  readonly recovery?: Recovery | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/**
 * Every error that freshtag throws on purpose. The message says what happened, why, and what to do
 * now, for the person who meets it. It never holds a secret.
 */
export class FreshtagError extends Error {
  override readonly name: string = 'FreshtagError';
  readonly code: ErrorCode;
  readonly recovery: Recovery;
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** The cloud's name for the call; its support asks for it. */
  readonly requestId: string | undefined;
  /** How long the cloud asks to wait before the next call, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: FreshtagErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.recovery = options.recovery ?? 'stop';
    this.status = options.status;
    this.requestId = options.requestId;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Whether a value is an error of freshtag's, also when thrown by another installed copy of it. */
export function isFreshtagError(value: unknown, code?: ErrorCode): value is FreshtagError {
  if (!(value instanceof Error) || !('code' in value)) return false;
  const ours = value.name === 'FreshtagError' || value.name === 'DcdnError';
  return ours && (code === undefined || value.code === code);
}

/** The error for a value that an option does not allow. `value` must not be a secret. */
export function invalidOption(option: string, value: unknown, allowed: string): FreshtagError {
  return new FreshtagError(
    'INVALID_OPTION',
    `${option}: ${describe(value)} is not allowed. Give ${allowed}.`,
  );
}

function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' || typeof value === 'symbol') return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  const json = toJson(value);
  if (json === undefined) return Array.isArray(value) ? 'a list' : describeOther(value);
  if (SECRET_NAME.test(json)) return 'an object with something secret';
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}

function describeOther(value: unknown): string {
  return value === undefined ? 'undefined' : 'an object that cannot be shown';
}

/** `undefined` for what has no JSON: circular, or with a part that throws when it is read. */
function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, part: unknown) => showPart(part));
  } catch {
    return undefined;
  }
}

function showPart(part: unknown): unknown {
  if (typeof part === 'bigint') return `${part}n`;
  if (typeof part === 'number' && !Number.isFinite(part)) return String(part);
  return typeof part === 'string' ? toPrintable(withoutSecretParts(part)) : part;
}

const SECRET_NAME = /"[^"]*(secret|token|password|accesskey)[^"]*":/i;

/** An address may hold a name and a password before its host, and a secret after its path. */
function withoutSecretParts(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@').replace(/([?#]).+$/s, '$1***');
}
