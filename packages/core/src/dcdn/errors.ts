import { ERROR_CODES, type ErrorCode } from '../error-codes.ts';
import { FreshtagError } from '../errors.ts';
import { meaningOf } from './api-codes.ts';

/** What the cloud said when it refused a call. */
export interface DcdnErrorDetails {
  readonly action: string;
  /** HTTP status. */
  readonly status: number;
  /** The cloud's own code, such as `QuotaExceeded.Refresh`. */
  readonly apiCode: string;
  readonly apiMessage: string;
  readonly requestId?: string | undefined;
  /** What the cloud's headers ask to wait. */
  readonly retryAfterMs?: number | undefined;
}

/** The cloud refused a call. Nothing was refreshed by it. */
export class DcdnError extends FreshtagError {
  override readonly name = 'DcdnError';
  readonly action: string;
  readonly apiCode: string;
  readonly apiMessage: string;

  constructor({ action, status, apiCode, apiMessage, requestId, retryAfterMs }: DcdnErrorDetails) {
    const known = meaningOf(apiCode, status);
    // Whatever its code, an error with such a header is one of throttling; so say the official tools.
    const throttled = retryAfterMs !== undefined && known.recovery !== 'retry';
    const meaning = throttled ? ({ code: 'THROTTLED', recovery: 'retry' } as const) : known;
    const request = requestId === undefined ? '' : `, request ${requestId}`;
    super(
      meaning.code,
      `${action} was refused: ${apiCode} (HTTP ${status}${request}): ${sentence(apiMessage)} ${remedyOf(meaning.code, action)}`,
      {
        recovery: meaning.recovery,
        status,
        requestId,
        retryAfterMs: retryAfterMs ?? known.retryAfterMs,
      },
    );
    this.action = action;
    this.apiCode = apiCode;
    this.apiMessage = apiMessage;
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** What helps depends on what was asked; the documentation speaks of all calls. */
function remedyOf(code: ErrorCode, action: string): string {
  if (code === 'FORBIDDEN')
    return `Allow the key’s user the action dcdn:${action} on resource *. The whole policy is in docs/getting-started.md.`;
  return REMEDIES[action]?.[code] ?? plain(ERROR_CODES[code].remedy);
}

const OF_TASKS = { PARAMETER_REFUSED: 'Check the task ids and the other parameters.' } as const;
const REMEDIES: Readonly<Record<string, Partial<Record<ErrorCode, string>>>> = {
  RefreshDcdnObjectCacheByCacheTag: {
    PARAMETER_REFUSED: 'The receipt has the tag that was refused alone. Rename it, or remove it.',
  },
  RefreshDcdnObjectCaches: {
    PARAMETER_REFUSED: 'Check the paths and their type.',
    BATCH_TOO_LARGE: 'Send fewer paths in one call.',
  },
  DescribeDcdnRefreshTaskById: OF_TASKS,
  DescribeDcdnRefreshTasks: OF_TASKS,
};

/** The documentation's text without its marks. */
function plain(markdown: string): string {
  return markdown.replace(/`/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}
