import { isRecord } from '../json.ts';
import type { EdgePage } from './edge-state.ts';
import type { Manifest, ManifestPage } from './manifest.ts';

/** A page as the text of a state has it. */
export interface StatePage extends EdgePage {
  readonly path: string;
}

/** What was read of a state's text. */
interface QuicklyRead {
  readonly pages: ReadonlyMap<string, EdgePage>;
  /** The text without its pages. */
  readonly rest: string;
}

const BEFORE_PAGES = '"pages":[';
const AFTER_PAGES = ']}\n';
/** No text within JSON has it: there a quotation mark has a backslash before it. */
const NEXT_PAGE = ',{"path":';

/** A page as it stands in the text of a state. */
export function textOfPage(path: string, page: EdgePage): string {
  const { digest, tags, immutable, sketch } = page;
  return JSON.stringify({ path, digest, tags, immutable, sketch });
}

/**
 * Reads the pages of a state one by one, so that not all of them are there twice in between.
 *
 * @param built a build: the pages that stand in the text as it has them are not read at all, but taken
 *   from it
 * @returns `undefined` for a text that is not as we write it
 */
export function readStateText(text: string, built: Manifest | undefined): QuicklyRead | undefined {
  const start = text.indexOf(BEFORE_PAGES) + BEFORE_PAGES.length;
  const end = text.length - AFTER_PAGES.length;
  if (start < BEFORE_PAGES.length || end < start || !text.endsWith(AFTER_PAGES)) return undefined;
  const twins = built?.pages ?? [];
  const pages = new Map<string, EdgePage>();
  let next = 0;
  for (let from = start; from < end;) {
    const twin = twins[next];
    const expected = twin === undefined ? '' : textOfPage(twin.path, twin);
    if (twin !== undefined && isPart(text, expected, { from, end })) {
      pages.set(twin.path, twin);
      from += expected.length + 1;
      next += 1;
      continue;
    }
    const comma = text.indexOf(NEXT_PAGE, from);
    const to = comma === -1 ? end : comma;
    const page = parsePage(text.slice(from, to));
    if (page === undefined) return undefined;
    pages.set(page.path, readPage(page));
    from = to + 1;
    // Both are sorted, or little is taken from the build.
    while (isUpTo(page.path, twins[next])) next += 1;
  }
  return { pages, rest: text.slice(0, start) + AFTER_PAGES };
}

function isPart(
  text: string,
  part: string,
  { from, end }: { readonly from: number; readonly end: number },
): boolean {
  const to = from + part.length;
  return text.startsWith(part, from) && (to === end || text[to] === ',');
}

function isUpTo(path: string, page: ManifestPage | undefined): boolean {
  return page !== undefined && page.path <= path;
}

function parsePage(text: string): StatePage | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isPage(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it is in order; the schema says what is wrong where it is not. */
function isPage(value: unknown): value is StatePage {
  if (!isRecord(value)) return false;
  const { path, digest, tags, immutable, sketch } = value;
  return (
    typeof path === 'string' &&
    (typeof digest === 'string' || digest === null) &&
    Array.isArray(tags) &&
    tags.every((tag) => typeof tag === 'string') &&
    (immutable === true || immutable === undefined) &&
    (typeof sketch === 'string' || sketch === undefined)
  );
}

/** Only what is known of a page, so that what a newer release adds is not taken for ours. */
export function readPage({ digest, tags, immutable, sketch }: StatePage): EdgePage {
  return {
    digest,
    tags,
    ...(immutable === undefined ? {} : { immutable }),
    ...(sketch === undefined ? {} : { sketch }),
  };
}
