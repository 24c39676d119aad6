import { FreshtagError } from '../errors.ts';

/** What the cloud said, and where, when it refused a call. */
export interface DcdnErrorDetails {
  readonly action: string;
  /** HTTP status. */
  readonly status: number;
  /** The cloud's own code, such as `QuotaExceeded.Refresh`. */
  readonly apiCode: string;
  readonly apiMessage: string;
  /** Alibaba's support asks for it. */
  readonly requestId?: string | undefined;
}

/** The cloud refused a call. Nothing was refreshed by it. */
export class DcdnError extends FreshtagError implements DcdnErrorDetails {
  override readonly name = 'DcdnError';
  readonly action: string;
  readonly status: number;
  readonly apiCode: string;
  readonly apiMessage: string;
  readonly requestId: string | undefined;

  constructor(details: DcdnErrorDetails) {
    const request = details.requestId === undefined ? '' : `, request ${details.requestId}`;
    super(
      'API_REFUSED',
      `${details.action} was refused: ${details.apiCode} (HTTP ${details.status}${request}): ${sentence(details.apiMessage)} ${adviceFor(details.apiCode)}`,
    );
    this.action = details.action;
    this.status = details.status;
    this.apiCode = details.apiCode;
    this.apiMessage = details.apiMessage;
    this.requestId = details.requestId;
  }
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /^QuotaExceeded/,
    'The quota of the day is used up: try again tomorrow, or ask Alibaba Cloud for a higher one.',
  ],
  [
    /^(Throttling|TooManyRequests|QuotaPerMinuteExceeded|TooMany\.|PreloadQueueFull|ServiceBusy|SystemUpgrading|ServiceUnavailable|InternalError)/,
    'The cloud is busy: try again in a minute.',
  ],
  [
    /^(InvalidAccessKeyId|SignatureDoesNotMatch|IncompleteSignature|InvalidSecurityToken)/,
    'Check the access key, its secret and its session token.',
  ],
  [
    /^InvalidTimeStamp/,
    'Set this machine’s clock: it may differ from the cloud’s by 15 minutes at most.',
  ],
  [
    /^(Forbidden|NoPermission|OperationDenied|IllegalOperation)/,
    'Allow the action dcdn:RefreshDcdnObjectCacheByCacheTag on all resources to this key’s user.',
  ],
  [
    /^(InvalidDomain|InvalidExtensiveDomain)/,
    'Give a domain name that is accelerated by DCDN under this account, without wildcard.',
  ],
];

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function adviceFor(apiCode: string): string {
  return (
    ADVICE.find(([pattern]) => pattern.test(apiCode))?.[1] ??
    'Look the code up in Alibaba Cloud’s DCDN documentation, or ask its support with the request id.'
  );
}
