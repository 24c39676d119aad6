export { systemClock } from './clock.ts';
export { FreshtagError, invalidOption, isFreshtagError } from './errors.ts';
export { isTag, MAX_TAG_LENGTH, parseTags } from './tags/grammar.ts';
export { DEFAULT_HEADER_BUDGET, fitTags, formatCacheTag, readCacheTag } from './tags/header.ts';
export {
  ALL_PAGES_TAG,
  entryTag,
  isPageTag,
  listTag,
  NOT_FOUND_TAG,
  overflowTag,
  pageTag,
  typeOf,
  withOverflowTags,
} from './tags/names.ts';
export { createDcdnClient } from './dcdn/client.ts';
export { DCDN_ENDPOINT, resolveEndpoint } from './dcdn/endpoint.ts';
export { findCredentials } from './dcdn/credentials/find.ts';
export { describeRefreshQuota } from './dcdn/describe-refresh-quota.ts';
export { describeRefreshTasksById } from './dcdn/describe-refresh-task.ts';
export { describeRefreshTasks } from './dcdn/describe-refresh-tasks.ts';
export { DcdnError } from './dcdn/errors.ts';
export { endpointTime } from './dcdn/endpoint-time.ts';
export { ramPolicy } from './dcdn/ram-policy.ts';
export { refreshObjectCaches } from './dcdn/refresh-object-caches.ts';
export { refreshObjectCacheByCacheTag } from './dcdn/refresh-by-cache-tag.ts';
export {
  canonicalQuery,
  canonicalRequest,
  sha256Hex,
  signature,
  SIGNATURE_ALGORITHM,
} from './dcdn/signature.ts';
export { DEFAULT_COMPLETION, waitForCompletion } from './refresh/completion.ts';
export { DEFAULT_REFRESH_LIMITS } from './refresh/limits.ts';
export { refreshInPasses } from './refresh/passes.ts';
export { checkDomain } from './refresh/domain.ts';
export { createRefresher, planCalls, refresh } from './refresh/refresh.ts';
export { DEFAULT_RETRY } from './refresh/retry.ts';

export type { Clock } from './clock.ts';
export type { ErrorCode } from './error-codes.ts';
export type { FreshtagErrorOptions, Recovery } from './errors.ts';
export type { FittedTags, HeaderBudget } from './tags/header.ts';
export type { FindCredentialsOptions } from './dcdn/credentials/find.ts';
export type { FoundCredentials } from './dcdn/credentials/found.ts';
export type { Credentials } from './dcdn/credentials/key.ts';
export type { AlibabaCredential } from './dcdn/credentials/library.ts';
export type { CredentialsOption } from './dcdn/credentials/option.ts';
export type { DcdnClient, DcdnClientOptions } from './dcdn/client.ts';
export type { RefreshTask, RefreshTaskStatus } from './dcdn/refresh-task.ts';
export type { Quota } from './dcdn/describe-refresh-quota.ts';
export type {
  DescribeRefreshTasksParameters,
  RefreshTaskPage,
} from './dcdn/describe-refresh-tasks.ts';
export type { ObjectType, RefreshObjectCachesParameters } from './dcdn/refresh-object-caches.ts';
export type { RefreshAnswer } from './dcdn/task-ids.ts';
export type { CallMessage, RefreshMessage, RetryMessage } from './channels.ts';
export type { DcdnErrorDetails } from './dcdn/errors.ts';
export type { RefreshByCacheTagParameters } from './dcdn/refresh-by-cache-tag.ts';
export type { EndpointTime } from './dcdn/endpoint-time.ts';
export type { RamPolicy } from './dcdn/ram-policy.ts';
export type { SignableRequest } from './dcdn/signature.ts';
export type { Completion, CompletionOptions, CompletionStatus } from './refresh/completion.ts';
export type { RefreshLimits } from './refresh/limits.ts';
export type {
  AcceptedReceipt,
  NotSentReceipt,
  Receipt,
  RefusedReceipt,
} from './refresh/receipt.ts';
export type { RetryOptions } from './refresh/retry.ts';
export type { PlannedCall, RefreshOptions, RunOptions } from './refresh/refresh.ts';
export type {
  PassesResult,
  PassOptions,
  PassProgress,
  RefreshInPassesOptions,
} from './refresh/passes.ts';
