export { checkAddress, resolveEdges } from './verify/addresses.ts';
export { askPage } from './verify/ask-page.ts';
export { pagesOfManifest, pagesOfState, parsePage } from './verify/page.ts';
export { seededRandom } from './verify/sample.ts';
export { summarize, verifyPages } from './verify/verify-pages.ts';
export { watchPages } from './verify/watch-pages.ts';

export type { PageAnswer } from './verify/ask-page.ts';
export type { EdgeAddress } from './verify/addresses.ts';
export type { VerifyOptions, VerifyProgress } from './verify/options.ts';
export type {
  Difference,
  Outcome,
  PageVerdict,
  SeenAnswer,
  Sighting,
  Verdict,
} from './verify/outcome.ts';
export type { BuiltPages, HeldPages, PageGroup, PageToVerify } from './verify/page.ts';
export type { Verification } from './verify/verify-pages.ts';
export type { Watch, WatchEvent, WatchOptions } from './verify/watch-pages.ts';
export type { StaleWindow } from './verify/windows.ts';
