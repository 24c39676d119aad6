import type { Selector } from './selector.ts';

/** What shall no longer be served as it is: responses of a domain with one of the tags, and selected ones. */
export interface Refresh {
  readonly taskId: string;
  /** Whose responses the tags are on. Empty for a refresh of objects. */
  readonly domain: string;
  readonly tags: readonly string[];
  readonly selector?: Selector;
  /** `true` removes them; `false` has the origin asked before they are served again. */
  readonly force: boolean;
}
