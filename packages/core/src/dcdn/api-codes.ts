import type { ErrorCode } from '../error-codes.ts';
import type { Recovery } from '../errors.ts';

/** What a code of the cloud means for us. */
export interface ApiCodeMeaning {
  readonly code: ErrorCode;
  readonly recovery: Recovery;
  /** Shortest time until it can pass, in milliseconds, where the code itself says so. */
  readonly retryAfterMs?: number;
}

const MINUTE_MS = 60_000;
const STOP = 'stop';
const RETRY = 'retry';
const SPLIT = 'split';

/**
 * Codes that DCDN, its sister CDN and Alibaba's gateway are known to answer, from the metadata of
 * the API, the documentation and the tables of official tools.
 */
const KNOWN: Readonly<Record<string, ApiCodeMeaning>> = {
  // RefreshDcdnObjectCacheByCacheTag and the other refreshes
  'SingleRequest.OverLimit': { code: 'BATCH_TOO_LARGE', recovery: SPLIT },
  'InvalidObjectPath.Size.Malformed': { code: 'BATCH_TOO_LARGE', recovery: SPLIT },
  'InvalidObjectPath.Malformed': { code: 'PARAMETER_REFUSED', recovery: SPLIT },
  InvalidParameters: { code: 'PARAMETER_REFUSED', recovery: SPLIT },
  'InvalidObjectType.Malformed': { code: 'PARAMETER_REFUSED', recovery: STOP },
  'InvalidStations.Malformed': { code: 'PARAMETER_REFUSED', recovery: STOP },
  'InvalidExtensiveDomain.ValueNotSupported': { code: 'DOMAIN_REFUSED', recovery: STOP },
  'QuotaExceeded.Refresh': { code: 'QUOTA_EXCEEDED', recovery: 'next-quota-day' },
  'QuotaExceeded.Preload': { code: 'QUOTA_EXCEEDED', recovery: 'next-quota-day' },
  'QuotaPerMinuteExceeded.Refresh': { code: 'THROTTLED', recovery: RETRY, retryAfterMs: MINUTE_MS },
  'TooMany.Refresh': { code: 'QUEUE_FULL', recovery: RETRY },
  PreloadQueueFull: { code: 'QUEUE_FULL', recovery: RETRY },
  TooManyRequests: { code: 'THROTTLED', recovery: RETRY },
  // Describing tasks
  InvalidTaskId: { code: 'PARAMETER_REFUSED', recovery: STOP },
  'InvalidTaskId.Malformed': { code: 'PARAMETER_REFUSED', recovery: STOP },
  InvalidTime: { code: 'PARAMETER_REFUSED', recovery: STOP },
  // DCDN and CDN as a whole
  MissingParameter: { code: 'PARAMETER_REFUSED', recovery: STOP },
  IllegalOperationDomain: { code: 'DOMAIN_REFUSED', recovery: STOP },
  'InvalidDomain.NotFound': { code: 'DOMAIN_REFUSED', recovery: STOP },
  'InvalidDomain.Offline': { code: 'DOMAIN_REFUSED', recovery: STOP },
  DomainInProtectedMode: { code: 'DOMAIN_REFUSED', recovery: STOP },
  CdnServiceNotFound: { code: 'SERVICE_NOT_OPEN', recovery: STOP },
  OperationDenied: { code: 'SERVICE_NOT_OPEN', recovery: STOP },
  ServiceBusy: { code: 'CLOUD_BUSY', recovery: RETRY },
  SystemUpgrading: { code: 'CLOUD_BUSY', recovery: RETRY },
  InternalError: { code: 'CLOUD_BUSY', recovery: RETRY },
  // The gateway
  'InvalidAccessKeyId.NotFound': { code: 'KEY_REFUSED', recovery: STOP },
  'InvalidAccessKeyId.Inactive': { code: 'KEY_REFUSED', recovery: STOP },
  SignatureDoesNotMatch: { code: 'SIGNATURE_REFUSED', recovery: STOP },
  IncompleteSignature: { code: 'SIGNATURE_REFUSED', recovery: STOP },
  'InvalidTimeStamp.Format': { code: 'SIGNATURE_REFUSED', recovery: STOP },
  'InvalidTimeStamp.Expired': { code: 'CLOCK_SKEWED', recovery: STOP },
  SignatureNonceUsed: { code: 'NONCE_USED', recovery: RETRY },
  'InvalidProtocol.NeedSsl': { code: 'API_REFUSED', recovery: STOP },
  'InvalidApi.NotFound': { code: 'API_REFUSED', recovery: STOP },
  'Forbidden.RAM': { code: 'FORBIDDEN', recovery: STOP },
  NoPermission: { code: 'FORBIDDEN', recovery: STOP },
  Throttling: { code: 'THROTTLED', recovery: RETRY },
  'Throttling.User': { code: 'THROTTLED', recovery: RETRY },
  'Throttling.Api': { code: 'THROTTLED', recovery: RETRY },
  FlowControlError: { code: 'THROTTLED', recovery: RETRY },
  ServiceUnavailable: { code: 'CLOUD_BUSY', recovery: RETRY },
};

/** Families of codes, for members that no table lists. */
const FAMILIES: readonly (readonly [RegExp, ApiCodeMeaning])[] = [
  [/Throttling/, { code: 'THROTTLED', recovery: RETRY }],
  [/^QuotaPerMinute/, { code: 'THROTTLED', recovery: RETRY, retryAfterMs: MINUTE_MS }],
  [/^QuotaExceeded/, { code: 'QUOTA_EXCEEDED', recovery: 'next-quota-day' }],
  [/^InvalidSecurityToken|^InvalidAccessKey/, { code: 'KEY_REFUSED', recovery: STOP }],
  [/^Forbidden|^NoPermission/, { code: 'FORBIDDEN', recovery: STOP }],
  [/^InvalidDomain|^InvalidExtensiveDomain/, { code: 'DOMAIN_REFUSED', recovery: STOP }],
  [/^Missing/, { code: 'PARAMETER_REFUSED', recovery: STOP }],
];

/** Every code of {@link KNOWN}, for the documentation. */
export function knownApiCodes(): readonly (readonly [string, ApiCodeMeaning])[] {
  return Object.entries(KNOWN);
}

/**
 * What an error answer means. A status that says "later" makes an unknown code one to try again;
 * everything else unknown stops.
 */
export function meaningOf(apiCode: string, status: number): ApiCodeMeaning {
  const known = Object.hasOwn(KNOWN, apiCode) ? KNOWN[apiCode] : undefined;
  const meaning = known ?? FAMILIES.find(([pattern]) => pattern.test(apiCode))?.[1];
  if (meaning !== undefined) return meaning;
  if (status === 429) return { code: 'THROTTLED', recovery: RETRY };
  return status >= 500
    ? { code: 'CLOUD_BUSY', recovery: RETRY }
    : { code: 'API_REFUSED', recovery: STOP };
}
