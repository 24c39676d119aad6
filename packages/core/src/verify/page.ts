import { FreshtagError, invalidOption } from '../errors.ts';
import { urlFormsOf } from '../site/urls/url-forms.ts';

/**
 * How likely a page is to be stale; a sample takes the first ones first.
 * - `unsettled`: a refresh of it may not have come to its end. `changed`: the edge state differs from
 *   the build. `immutable`: its name changes with its content.
 */
export const PAGE_GROUPS = ['unsettled', 'changed', 'other', 'immutable'] as const;

export type PageGroup = (typeof PAGE_GROUPS)[number];

/** A page to look at. */
export interface PageToVerify {
  /** As browsers ask for it: percent-encoded, with its query. */
  readonly path: string;
  /** Default `other`. */
  readonly group?: PageGroup;
}

/** What a build has, as far as it is of use here; a `Manifest` fits. */
export interface BuiltPages {
  readonly pages: Iterable<{
    readonly path: string;
    readonly digest: string;
    readonly immutable?: true | undefined;
  }>;
}

/** What the edge may hold, as far as it is of use here; an `EdgeState` fits. */
export interface HeldPages {
  readonly pages: ReadonlyMap<
    string,
    { readonly digest: string | null; readonly immutable?: true | undefined }
  >;
}

const LONGEST_PATH = 8000;

/** The pages of a build. With the edge state, those that it calls unsettled or changed come first. */
export function pagesOfManifest(manifest: BuiltPages, state?: HeldPages): PageToVerify[] {
  return [...manifest.pages].map(({ path, digest, immutable }) => {
    const held = state?.pages.get(path);
    if (held?.digest === null) return { path: browserPath(path), group: 'unsettled' };
    if (state !== undefined && held?.digest !== digest)
      return { path: browserPath(path), group: 'changed' };
    return { path: browserPath(path), group: immutable === true ? 'immutable' : 'other' };
  });
}

/** The pages that the edge may hold, removed ones among them. */
export function pagesOfState(state: HeldPages): PageToVerify[] {
  return [...state.pages]
    .filter(([path]) => path.startsWith('/'))
    .map(([path, { digest, immutable }]) => ({
      path: browserPath(path),
      group: digest === null ? 'unsettled' : immutable === true ? 'immutable' : 'other',
    }));
}

/**
 * A path (`/about?x=1`) or a whole URL of the domain, as it is asked for.
 * @throws FreshtagError `INVALID_OPTION`
 */
export function parsePage(text: string, domain: string): string {
  const isUrl = /^https?:\/\//i.test(text);
  const url = isUrl || text.startsWith('/') ? URL.parse(text, `https://${domain}`) : null;
  if (url === null || text.length > LONGEST_PATH)
    throw invalidOption(
      'page',
      text,
      `a path that begins with /, or a URL, of at most ${LONGEST_PATH} characters`,
    );
  if (url.username + url.password !== '')
    throw new FreshtagError(
      'INVALID_OPTION',
      'page: a URL with a user or a password is not allowed. Give it without.',
    );
  if (url.hostname !== domain)
    throw invalidOption('page', url.origin, `a path, or a URL of the domain ${domain}`);
  return url.pathname + url.search;
}

/** Path of a built file, whose name may have any character: the form that browsers send for a link to it. */
function browserPath(path: string): string {
  return urlFormsOf(path)[0] ?? path;
}
