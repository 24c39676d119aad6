export { checkBase, collectManifest, pathOf } from './site/collect.ts';
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
export { checkOrigin, waitForOrigin } from './deploy/wait-for-origin.ts';

export type { BuiltPage, CollectOptions } from './site/collect.ts';
export type { EdgePage, EdgeState, EdgeStateStore } from './site/edge-state.ts';
export type { Manifest, ManifestPage } from './site/manifest.ts';
export type { Plan, PlannedPage, PlanReason } from './plan/plan.ts';
export type { OriginHeaders } from './origin/headers.ts';
export type { AfterBuild, FinishedBuild } from './deploy/after-build.ts';
export type { ApplyOptions, ApplyResult } from './deploy/apply.ts';
export type { BuildRefreshOptions, Deployment } from './deploy/options.ts';
export type { DeployFiles, PrepareOptions } from './deploy/prepare.ts';
export type { WaitForOriginOptions } from './deploy/wait-for-origin.ts';
