import type { RefreshLimits, RetryOptions } from '@freshtag/core';

/**
 * What `freshtag.config.ts` may say. Flags and variables are nearer and win. It has no place for
 * secrets: the access key comes from the environment or from the profiles of Alibaba's own tools.
 */
export interface FreshtagConfig {
  /** Accelerated domain name, no wildcard; or several, for `freshtag refresh`. */
  readonly domain?: string | readonly string[] | undefined;
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
   * Time between two passes of `freshtag apply`, in milliseconds: longer than the origin's slowest
   * answer takes. Default 30,000. `false`: one pass only.
   */
  readonly secondPassDelayMs?: number | false | undefined;
  /** Caches one behind another at the edge, 1 to 5. Default 2. */
  readonly edgeLayers?: number | undefined;
  /** URL of the origin itself, which `freshtag apply` asks until it serves the new build. */
  readonly origin?: string | undefined;
  /** URL path under which the site is served. Default `/`. */
  readonly base?: string | undefined;
  /** Folders, relative to the built site, of files with a hash in their name. */
  readonly immutable?: readonly string[] | undefined;
}

/**
 * Types the configuration file; returns what it is given.
 *
 * @example export default defineConfig({ domain: 'www.example.com' });
 */
export function defineConfig(config: FreshtagConfig): FreshtagConfig {
  return config;
}
