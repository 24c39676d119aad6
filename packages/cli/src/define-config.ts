import type { RefreshLimits, RetryOptions } from '@freshtag/core';
import type { OutboxStore, RelayOptions } from '@freshtag/core/relay';
import type { Mounts, NormalizeOptions, PlanOptions, StateOption } from '@freshtag/core/site';

/** What is different for one of several domains. */
export interface DomainConfig {
  /** URL of the origin behind this domain. */
  readonly origin?: string | undefined;
  /** Which part of the build this domain shows, and where: `{ '/fr/': '/' }`. Default: all of it. */
  readonly mounts?: Mounts | undefined;
}

/** How `freshtag relay run` carries rows; what is left out is as in `createRelay`. */
export type RelayConfig = Pick<
  RelayOptions,
  | 'window'
  | 'ladder'
  | 'alarm'
  | 'breaker'
  | 'retention'
  | 'quotaTimeZone'
  | 'account'
  | 'includeOverflow'
  | 'claimLimit'
  | 'leaseMs'
  | 'lookMs'
  | 'maxFailures'
>;

/**
 * What `freshtag.config.ts` may say. Flags and variables are nearer and win. It has no place for
 * secrets: the access key comes from the environment or from the profiles of Alibaba's own tools.
 */
export interface FreshtagConfig {
  /** Accelerated domain name, no wildcard; or several. Each has a plan and an edge state of its own. */
  readonly domain?: string | readonly string[] | undefined;
  /** What is different for single domains, by name. They are the domains, unless `domain` names some. */
  readonly domains?: Readonly<Record<string, DomainConfig>> | undefined;
  /** Name of the environment, each with its own state. Default `production`. */
  readonly environment?: string | undefined;
  /** Address of the API. Default: the cloud. */
  readonly endpoint?: string | undefined;
  /** `true`, the default: the edge fetches anew. `false`: it first asks whether `Last-Modified` moved. */
  readonly force?: boolean | undefined;
  readonly limits?: { readonly [Name in keyof RefreshLimits]?: number | undefined } | undefined;
  readonly retry?: { readonly [Name in keyof RetryOptions]?: number | undefined } | undefined;
  /** Folder for freshtag's own files, from where the configuration file is. Default `.freshtag`. */
  readonly directory?: string | undefined;
  /**
   * Where the edge state is kept: a path, `sqlite:FILE`, `s3://BUCKET/KEY?region=…`,
   * `oss://BUCKET/KEY?region=…`, `https://…`, or a store. Default: a file in `directory`.
   */
  readonly state?: StateOption | undefined;
  /**
   * Time between two passes of `freshtag apply`, in milliseconds: longer than the origin's slowest
   * answer takes. Default 30,000. `false`: one pass only.
   */
  readonly secondPassDelayMs?: number | false | undefined;
  /** Caches one behind another at the edge, 1 to 5. Default 2. */
  readonly edgeLayers?: number | undefined;
  /**
   * A task of which the cloud reports nothing counts as settled this long after its call, in
   * milliseconds, for `freshtag apply` and `freshtag refresh --wait`. Default 360,000: Alibaba's
   * documentation says that a refresh takes 5 to 6 minutes.
   */
  readonly settleMs?: number | undefined;
  /** Time between two questions how far tasks are, in milliseconds. Default 5,000; 2,000 for an origin. */
  readonly pollIntervalMs?: number | undefined;
  /** Longest wait for tasks that the cloud reports, in milliseconds. Default 900,000. */
  readonly completionTimeoutMs?: number | undefined;
  /** URL of the origin itself, which `freshtag apply` asks until it serves the new build. */
  readonly origin?: string | undefined;
  /** URL path under which the site is served. Default `/`. */
  readonly base?: string | undefined;
  /** Folders, relative to the built site, of files with a hash in their name. */
  readonly immutable?: readonly string[] | undefined;
  /**
   * Where rows wait for `freshtag relay`: `sqlite:FILE`, `postgres://…`, `mysql://…`, or a store. An
   * address with a password belongs in `FRESHTAG_OUTBOX`.
   */
  readonly outbox?: string | OutboxStore | undefined;
  readonly relay?: RelayConfig | undefined;
  /** How `freshtag plan` weighs what it drops against the tags and calls that it takes. */
  readonly plan?: PlanOptions | undefined;
  /** What `freshtag plan` does not take for content of pages. */
  readonly normalize?: NormalizeOptions | undefined;
}

/**
 * Types the configuration file; returns what it is given.
 *
 * @example export default defineConfig({ domain: 'www.example.com' });
 */
export function defineConfig(config: FreshtagConfig): FreshtagConfig {
  return config;
}
