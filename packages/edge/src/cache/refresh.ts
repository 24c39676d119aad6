/** What shall no longer be served as it is: responses of a domain with one of the tags, and matching ones. */
export interface Refresh {
  readonly taskId: string;
  /** Whose responses the tags are on. Empty for a refresh of objects. */
  readonly domain: string;
  readonly tags: readonly string[];
  /** Picks by domain, and by path and query, like `/a?b=1`. */
  readonly matches?: (domain: string, path: string) => boolean;
  /** `true` removes them; `false` has the origin asked before they are served again. */
  readonly force: boolean;
}
