export { systemClock } from './clock.ts';
export { FreshtagError, invalidOption, isFreshtagError } from './errors.ts';
export { isTag, MAX_TAG_LENGTH, parseTags } from './tags/grammar.ts';
export { DEFAULT_HEADER_BUDGET, fitTags, formatCacheTag, readCacheTag } from './tags/header.ts';
export {
  entryTag,
  isPageTag,
  listTag,
  NOT_FOUND_TAG,
  overflowTag,
  pageTag,
  typeOf,
  withOverflowTags,
} from './tags/names.ts';
export { createDcdnClient, DCDN_ENDPOINT } from './dcdn/client.ts';
export { describeRefreshTasksById } from './dcdn/describe-refresh-task.ts';
export { DcdnError } from './dcdn/errors.ts';
export { refreshObjectCacheByCacheTag } from './dcdn/refresh-by-cache-tag.ts';
export {
  canonicalQuery,
  canonicalRequest,
  sha256Hex,
  signature,
  SIGNATURE_ALGORITHM,
} from './dcdn/signature.ts';
export { waitForCompletion } from './refresh/completion.ts';
export { DEFAULT_REFRESH_LIMITS } from './refresh/limits.ts';
export { checkDomain, refresh } from './refresh/refresh.ts';
export { collectManifest, pathOf } from './site/collect.ts';
export { createFileStore, readEdgeState, writeEdgeState } from './site/edge-state.ts';
export { buildId, digestOf, parseManifest, serializeManifest } from './site/manifest.ts';
export { expectBuild, settleTags } from './plan/advance.ts';
export { readPlan, writePlan } from './plan/plan-file.ts';
export { describePlan, plannedTags, planRefresh } from './plan/plan.ts';
export { createHeaderLookup } from './origin/headers.ts';
export { nginxConfig } from './origin/nginx.ts';
export { createTagHandler } from './origin/node-handler.ts';
export { createAfterBuild, logOnce } from './deploy/after-build.ts';
export { applyPlan } from './deploy/apply.ts';
export {
  announceBuild,
  checkEnvironment,
  deployFiles,
  prepareDeploy,
  savePlan,
} from './deploy/prepare.ts';
export { refreshInPasses } from './deploy/passes.ts';
export { waitForOrigin } from './deploy/wait-for-origin.ts';

export type { Clock } from './clock.ts';
export type { ErrorCode } from './errors.ts';
export type { FittedTags, HeaderBudget } from './tags/header.ts';
export type { Credentials } from './dcdn/credentials.ts';
export type { DcdnClient, DcdnClientOptions } from './dcdn/client.ts';
export type { RefreshTask, RefreshTaskStatus } from './dcdn/describe-refresh-task.ts';
export type { DcdnErrorDetails } from './dcdn/errors.ts';
export type {
  RefreshByCacheTagAnswer,
  RefreshByCacheTagParameters,
} from './dcdn/refresh-by-cache-tag.ts';
export type { SignableRequest } from './dcdn/signature.ts';
export type { Completion, CompletionOptions, CompletionStatus } from './refresh/completion.ts';
export type { RefreshLimits } from './refresh/limits.ts';
export type {
  AcceptedReceipt,
  Receipt,
  RefreshOptions,
  RefusedReceipt,
} from './refresh/refresh.ts';
export type { BuiltPage, CollectOptions } from './site/collect.ts';
export type { EdgePage, EdgeState, EdgeStateStore } from './site/edge-state.ts';
export type { Manifest, ManifestPage } from './site/manifest.ts';
export type { Plan, PlannedPage, PlanReason } from './plan/plan.ts';
export type { OriginHeaders } from './origin/headers.ts';
export type { AfterBuild, FinishedBuild } from './deploy/after-build.ts';
export type { ApplyOptions, ApplyResult } from './deploy/apply.ts';
export type { BuildRefreshOptions, PassOptions } from './deploy/options.ts';
export type { PassesResult, PassProgress, RefreshInPassesOptions } from './deploy/passes.ts';
export type { DeployFiles, PrepareOptions } from './deploy/prepare.ts';
export type { WaitForOriginOptions } from './deploy/wait-for-origin.ts';
