/**
 * Permanent names of everything that can go wrong. A code never changes its meaning and is never
 * reused; `docs/errors.md` says for each what happened, why, and what to do.
 */
export type ErrorCode =
  /** An option or argument has a value that is not allowed. */
  | 'INVALID_OPTION'
  /** A tag that no `Cache-Tag` header could carry. */
  | 'INVALID_TAG'
  /** No access key in the options or the environment. */
  | 'NO_CREDENTIALS'
  /** The API's address does not answer. */
  | 'ENDPOINT_UNREACHABLE'
  /** The API answered with an error. */
  | 'API_REFUSED'
  /** The API answered with something that is not its documented form. */
  | 'API_UNREADABLE'
  /** The folder of built pages is missing, unreadable, empty, or not a folder. */
  | 'OUTPUT_UNREADABLE'
  /** A file that freshtag wrote earlier cannot be used: damaged, of another kind, or newer. */
  | 'FILE_UNUSABLE'
  /** A file of freshtag's own cannot be read or written. */
  | 'FILE_INACCESSIBLE'
  /** The plan is not the newest one for its domain and environment. */
  | 'PLAN_OUTDATED'
  /** The origin did not serve the new build in time. */
  | 'ORIGIN_NOT_READY'
  /** The origin serves the new build without its `Cache-Tag` headers. */
  | 'ORIGIN_WITHOUT_TAGS'
  /** Some tags were not refreshed to the end; their pages stay in the edge state. */
  | 'REFRESH_INCOMPLETE';

/**
 * Every error that freshtag throws on purpose. The message says what happened, why, and what to do
 * now, for the person who meets it. It never holds a secret.
 */
export class FreshtagError extends Error {
  override readonly name: string = 'FreshtagError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
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
  const json = typeof value === 'bigint' ? `${value}n` : JSON.stringify(value);
  if (json === undefined) return String(value);
  // An address may hold a password before its host.
  const text = json.replace(/\/\/[^/@]*@/g, '//***@');
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
