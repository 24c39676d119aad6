import * as v from 'valibot';

import { checkOptions, milliseconds, text } from '../check-options.ts';
import type { DcdnClientOptions } from '../dcdn/client.ts';
import { resolveEndpoint } from '../dcdn/endpoint.ts';
import { FreshtagError, invalidOption } from '../errors.ts';
import { checkPlanOptions, type PlanOptions } from '../plan/options.ts';
import type { NotFoundRefresh } from '../plan/not-found.ts';
import { ORIGIN_KINDS, type OriginKind } from '../origin/format.ts';
import type { Plan } from '../plan/plan.ts';
import { resolveLimits, type RefreshLimits } from '../refresh/limits.ts';
import { checkPassOptions, type PassOptions } from '../refresh/passes.ts';
import { resolveRetry, type RetryOptions } from '../refresh/retry.ts';
import { checkEnvironment, type DeployFiles } from './prepare.ts';
import { checkOrigin } from './wait-for-origin.ts';
import { checkDomain } from '../refresh/domain.ts';
import type { BuiltPage } from '../site/page-tags.ts';
import { checkNormalizeOptions, type NormalizeOptions } from '../site/normalize/options.ts';
import { checkMounts, type Mounts } from '../site/urls/mount.ts';
import { isStateStore, type StateOption } from '../site/stores/open.ts';

/** What there is to deploy. */
export interface Deployment {
  /** Folder of the built site. */
  readonly dir: string;
  /** `manifest` or `nginx` must go to the origin with the site, so that it sends the new tags. */
  readonly files: DeployFiles;
  readonly plan: Plan;
}

/** What the Vite and the Astro integration have in common. */
export interface BuildRefreshOptions
  extends Pick<DcdnClientOptions, 'credentials' | 'endpoint' | 'timeoutMs' | 'clock'>, PassOptions {
  /** Accelerated domain name that visitors use, like `www.example.com`. */
  readonly domain: string;
  /** Name of the environment, each with its own state. Default `production`. */
  readonly environment?: string;
  /** Brings the built files to the origin. The refresh starts when its promise is fulfilled. */
  readonly deploy?: (deployment: Deployment) => Promise<void>;
  /** URL of the origin itself, not of the edge: the refresh starts when it serves the new build. */
  readonly origin?: string;
  /** Longest wait for the origin, in milliseconds. Default 600,000. */
  readonly originTimeoutMs?: number;
  /**
   * - `'now'`: the output folder is what the origin serves.
   * - `'always'`: refresh outside CI too, where a build otherwise only plans.
   * - `'never'`: only plan.
   *
   * The variable `FRESHTAG_REFRESH=always` or `=never` says the same for one machine.
   */
  readonly refresh?: 'now' | 'always' | 'never';
  /** More tags for a page, besides its own and those of its `<meta name="cache-tag">`. */
  readonly tags?: (page: BuiltPage) => Iterable<string>;
  /** What is not taken for content of pages. */
  readonly normalize?: NormalizeOptions;
  /**
   * Which part of the build this domain shows, and where, if not all of it where it is: `{ '/fr/': '/' }`
   * for the domain of one locale. Each domain has its own plan and its own edge state.
   */
  readonly mounts?: Mounts;
  /**
   * How 404s that may be stored for new pages are refreshed. Default `tag`: the origin puts the tag
   * `not-found` on them, as the written configuration does. `urls`: by every URL of each new page, for
   * an origin that cannot be made to; the cloud allows 10,000 URLs a day.
   */
  readonly notFound?: NotFoundRefresh;
  /** Whether a build may have less than half of the known pages, which is refused otherwise. */
  readonly allowShrink?: boolean;
  /** Folder for the edge state, the plan, the manifest and the origin's configuration. Default `.freshtag`. */
  readonly directory?: string;
  /**
   * Where the edge state is kept: a path, `sqlite:FILE`, `s3://BUCKET/KEY?region=…`,
   * `oss://BUCKET/KEY?region=…`, `https://…`, or a store. Default: the variable `FRESHTAG_STATE`, else
   * a file in `directory`, which CI must keep from job to job.
   */
  readonly state?: StateOption;
  /**
   * Origins whose header configuration is written beside the manifest: `nginx`, `caddy`, `netlify`,
   * `json`. Default `['nginx']`.
   */
  readonly headers?: readonly OriginKind[];
  /** How to weigh what a plan drops against the tags and calls that it takes. */
  readonly plan?: PlanOptions;
  readonly limits?: Partial<RefreshLimits>;
  readonly retry?: RetryOptions;
}

const object = v.custom((value) => typeof value === 'object' && value !== null, 'an object');
const callback = v.optional(v.custom((value) => typeof value === 'function', 'a function'));

const schema = v.strictObject({
  domain: v.optional(v.unknown()),
  environment: v.optional(v.unknown()),
  deploy: callback,
  origin: v.optional(v.unknown()),
  originTimeoutMs: milliseconds(0),
  refresh: v.optional(v.picklist(['now', 'always', 'never'], '"now", "always" or "never"')),
  tags: callback,
  normalize: v.optional(v.unknown()),
  mounts: v.optional(v.unknown()),
  notFound: v.optional(v.picklist(['tag', 'urls'], '"tag" or "urls"')),
  allowShrink: v.optional(v.boolean('true or false')),
  directory: text('the path of a folder'),
  state: v.optional(
    v.custom(
      (value) => (typeof value === 'string' && value !== '') || isStateStore(value),
      'a path, an address, or a store: an object with name, guarantee, read() and write()',
    ),
  ),
  headers: v.optional(
    v.array(
      v.picklist(ORIGIN_KINDS, '"nginx", "caddy", "netlify" or "json"'),
      'a list of "nginx", "caddy", "netlify", "json"',
    ),
  ),
  plan: v.optional(v.unknown()),
  limits: v.optional(object),
  credentials: v.optional(v.unknown()),
  endpoint: text('the API’s address'),
  timeoutMs: milliseconds(1),
  clock: v.optional(object),
  secondPassDelayMs: v.optional(v.unknown()),
  edgeLayers: v.optional(v.unknown()),
  pollIntervalMs: v.optional(v.unknown()),
  settleMs: v.optional(v.unknown()),
  completionTimeoutMs: v.optional(v.unknown()),
  retry: v.optional(object),
});

/**
 * Checks everything that can be checked before a build.
 * @throws FreshtagError `INVALID_OPTION`
 */
export function checkBuildOptions(options: BuildRefreshOptions): void {
  if (typeof options !== 'object' || options === null)
    throw invalidOption('options', options, 'an object with at least the domain');
  checkOptions(schema, options);
  checkDomain(options.domain);
  resolveLimits(options.limits);
  resolveRetry(options.retry);
  if (options.plan !== undefined) checkPlanOptions(options.plan);
  checkPassOptions(options);
  resolveEndpoint(options.endpoint, process.env['FRESHTAG_ENDPOINT']);
  if (options.origin !== undefined) checkOrigin(options.origin);
  if (options.environment !== undefined) checkEnvironment(options.environment);
  checkNormalizeOptions(options.normalize);
  if (options.mounts !== undefined) checkMounts(options.mounts);
  if (options.deploy !== undefined || options.origin !== undefined || options.refresh === 'now')
    return;
  throw new FreshtagError(
    'INVALID_OPTION',
    'freshtag must be told when the new content can be fetched, or it would refill the edge with the old. Give one of: deploy (a function that brings the files to the origin), origin (the origin’s own URL, which is asked until it serves the new build), or refresh: "now" (the output folder is what the origin serves).',
  );
}
