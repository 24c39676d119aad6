export { checkBase, collectManifest, fileOf, pathOf } from './site/collect.ts';
export {
  parseEdgeState,
  readEdgeState,
  readStoredState,
  serializeEdgeState,
  writeEdgeState,
} from './site/edge-state.ts';
export { collectSite } from './site/collect-site.ts';
export { digestPage } from './site/digest.ts';
export {
  BUILTIN_NORMALIZERS,
  DEFAULT_NORMALIZERS,
  resolveNormalizers,
} from './site/normalize/options.ts';
export { buildId, digestOf, parseManifest, serializeManifest } from './site/manifest.ts';
export { mountManifest } from './site/urls/mount.ts';
export { urlFormsOf, urlsOf } from './site/urls/url-forms.ts';
export { createFileStore } from './site/stores/file.ts';
export { createHttpStore } from './site/stores/http.ts';
export { describeState, openStateStore } from './site/stores/open.ts';
export { createOssStore } from './site/stores/oss.ts';
export { createS3Store } from './site/stores/s3.ts';
export { createSqliteStore } from './site/stores/sqlite.ts';
export { createUnstorageStore } from './site/stores/unstorage.ts';
export { expectBuild, settlePages, settleTags } from './plan/advance.ts';
export { compareStates } from './plan/compare.ts';
export { forgetEverything } from './plan/forget.ts';
export { mergeEdgeStates } from './plan/merge.ts';
export { describeCommonWhy, describePagesWhy } from './plan/describe-why.ts';
export { plannedUrls } from './plan/not-found.ts';
export { readPlan, writePlan } from './plan/plan-file.ts';
export { describePage, describePlan, describeSteps } from './plan/describe.ts';
export { checkPlanOptions } from './plan/options.ts';
export { plannedDirectories, plannedTags, planRefresh } from './plan/plan.ts';
export { createHeaderLookup } from './origin/headers.ts';
export { formatOrigin, ORIGIN_FILES, ORIGIN_KINDS, withHeldTags } from './origin/format.ts';
export { nginxConfig } from './origin/nginx.ts';
export { createTagHandler } from './origin/node-handler.ts';
export { createAfterBuild, logOnce } from './deploy/after-build.ts';
export { applyPlan, openPlan } from './deploy/apply.ts';
export { detectMachine, stateWarning } from './deploy/machine.ts';
export {
  announceBuild,
  announceDeploy,
  checkEnvironment,
  deployFiles,
  prepareDeploy,
  savePlan,
} from './deploy/prepare.ts';
export { updateEdgeState } from './deploy/update-state.ts';
export { checkOrigin, waitForOrigin } from './deploy/wait-for-origin.ts';

export type { CollectOptions } from './site/collect.ts';
export type { BuiltPage } from './site/page-tags.ts';
export type { CollectedSite } from './site/collect-site.ts';
export type { NormalizedPage, Normalizer } from './site/normalize/normalizer.ts';
export type { BuiltinNormalizer, NormalizeOptions } from './site/normalize/options.ts';
export type { NotFoundRefresh } from './plan/not-found.ts';
export type { PageWhy, PlanWhy, ShownRegion } from './plan/why.ts';
export type { Mounts } from './site/urls/mount.ts';
export type { UrlOptions } from './site/urls/url-forms.ts';
export type { CommonLines } from './plan/common-lines.ts';
export type { EdgePage, EdgeState, Site, StoredState } from './site/edge-state.ts';
export type { Manifest, ManifestPage } from './site/manifest.ts';
export type { HttpStoreOptions } from './site/stores/http.ts';
export type { OpenStoreOptions, StateOption } from './site/stores/open.ts';
export type { OssStoreOptions } from './site/stores/oss.ts';
export type { S3Key, S3StoreOptions } from './site/stores/s3.ts';
export type { SqliteStoreOptions } from './site/stores/sqlite.ts';
export type {
  LeaseOptions,
  StateStore,
  StoredText,
  StoreGuarantee,
  StoreOptions,
  WriteOptions,
} from './site/stores/store.ts';
export type { UnstorageLike, UnstorageStoreOptions } from './site/stores/unstorage.ts';
export type { Comparison, DifferentPage, PageDifference } from './plan/compare.ts';
export type { DivergedStates } from './plan/merge.ts';
export type { Settled } from './plan/advance.ts';
export type { PlanCosts } from './plan/cover/problem.ts';
export type { CoverFigures, CoverStep, CoverStepName } from './plan/cover/step.ts';
export type { PlanOptions, PlanRefreshOptions } from './plan/options.ts';
export type { Plan, PlanCover, PlannedPage, PlanReason } from './plan/plan.ts';
export type { OriginHeaders } from './origin/headers.ts';
export type { OriginKind } from './origin/format.ts';
export type { AfterBuild, FinishedBuild } from './deploy/after-build.ts';
export type { ApplyOptions, ApplyResult } from './deploy/apply.ts';
export type { Machine } from './deploy/machine.ts';
export type { BuildRefreshOptions, Deployment } from './deploy/options.ts';
export type {
  AnnounceOptions,
  DeployFiles,
  PreparedDeploy,
  PrepareOptions,
} from './deploy/prepare.ts';
export type { UpdateOptions } from './deploy/update-state.ts';
export type { WaitForOriginOptions } from './deploy/wait-for-origin.ts';
