/** What an origin makes of one path. A change makes a new version of it. */
export interface Page {
  readonly path: string;
  /** Default: the first. */
  readonly domain?: string;
  /** Default 200. */
  readonly status?: number;
  readonly cacheControl?: string;
  /** Lines of `Cache-Tag`. */
  readonly tags?: readonly string[];
  /** Whether `Last-Modified` is sent, and whether it moves with the content. */
  readonly lastModified?: 'moves' | 'stands';
  readonly etag?: 'moves' | 'stands';
  readonly vary?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of filling after the body. Default none. */
  readonly fillingBytes?: number;
}

export interface Ask {
  readonly do: 'ask';
  readonly path: string;
  readonly domain?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Adds a condition that names what the visitor got last on this path. */
  readonly known?: 'etag' | 'last-modified';
}

interface RefreshStep {
  readonly do: 'refresh';
  readonly tags: readonly string[];
  readonly force: boolean;
  readonly domain?: string;
}

/** What visitors, editors and refreshes do, one after the other. */
export type Step =
  | Ask
  | RefreshStep
  | { readonly do: 'change'; readonly path: string; readonly domain?: string }
  /** A visitor asks; before the origin's answer gets through, the rest happens. */
  | { readonly do: 'ask slowly'; readonly ask: Ask; readonly meanwhile: readonly Step[] }
  /** Visitors who ask at the same moment. */
  | { readonly do: 'ask together'; readonly ask: Ask; readonly visitors: number };

export interface Script {
  readonly pages: readonly Page[];
  readonly steps: readonly Step[];
}

export function ask(path: string, rest: Omit<Ask, 'do' | 'path'> = {}): Ask {
  return { do: 'ask', path, ...rest };
}

export function head(path: string): Ask {
  return ask(path, { method: 'HEAD' });
}

export function change(path: string): Step {
  return { do: 'change', path };
}

/** With force. */
export function refresh(...tags: readonly string[]): Step {
  return { do: 'refresh', tags, force: true };
}

export function refreshSoftly(...tags: readonly string[]): Step {
  return { do: 'refresh', tags, force: false };
}

/** A page that is kept for an hour and has the tag `a`. */
export function page(rest: Omit<Page, 'path'> & { readonly path?: string } = {}): Page {
  return { path: '/a', cacheControl: 'max-age=3600', tags: ['a'], ...rest };
}
