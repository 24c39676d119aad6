import { FreshtagError, isFreshtagError } from '../errors.ts';
import { isTag } from '../tags/grammar.ts';
import { DEFAULT_HEADER_BUDGET, fitTags, type HeaderBudget } from '../tags/header.ts';
import { ALL_PAGES_TAG, pageTag } from '../tags/names.ts';
import { readMetaTagsOf } from './meta-tags.ts';

/** One built file, as shown to the function that gives it more tags. */
export interface BuiltPage {
  /** URL path with base: `/blog/x/`. */
  readonly path: string;
  /** Path below the output folder: `blog/x/index.html`. */
  readonly file: string;
  /** Its content as text. Only while the function runs. */
  readonly text: () => string;
}

/** Where the tags of a page come from, besides the page. */
export interface PageTagOptions {
  /** More tags for a page, besides its own and those of its `<meta name="cache-tag">`. */
  readonly tags?: ((page: BuiltPage) => Iterable<string>) | undefined;
  readonly headerBudget?: HeaderBudget | undefined;
}

interface ReadPage {
  readonly path: string;
  readonly file: string;
  readonly content: Buffer;
  readonly isHtml: boolean;
}

/**
 * What the `Cache-Tag` header of a page says, sorted.
 * @throws FreshtagError `INVALID_TAG` naming the page
 */
export function tagsOf(
  { path, file, content, isHtml }: ReadPage,
  { tags: moreTags, headerBudget }: PageTagOptions,
): readonly string[] {
  // A file may be named `a%2Fb`; the path that visitors ask for is `/a%252Fb`.
  const own = pageTag(path.includes('%') ? path.replaceAll('%', '%25') : path);
  const given = [own, ALL_PAGES_TAG];
  if (isHtml) given.push(...readMetaTagsOf(content));
  try {
    if (moreTags !== undefined)
      given.push(...checkTags(moreTags({ path, file, text: () => content.toString('utf8') })));
    if (fitsSurely(given, headerBudget)) return given.sort();
    return fitTags(given, headerBudget).tags.toSorted();
  } catch (error) {
    if (!isFreshtagError(error, 'INVALID_TAG')) throw error;
    throw new FreshtagError('INVALID_TAG', `Page ${path}: ${error.message}`, { cause: error });
  }
}

const FEW = 20;

/** Whether tags are so few, each once and as it must be, that nothing can be left to do: nearly always. */
function fitsSurely(tags: readonly string[], budget: HeaderBudget = {}): boolean {
  const { maxBytes = DEFAULT_HEADER_BUDGET.maxBytes, maxTags = FEW } = budget;
  if (tags.length > Math.min(FEW, maxTags)) return false;
  let bytes = 0;
  for (const [index, tag] of tags.entries()) {
    if (typeof tag !== 'string' || !isTag(tag) || tags.indexOf(tag) < index) return false;
    bytes += tag.length + 1;
  }
  return bytes <= maxBytes;
}

function checkTags(tags: Iterable<string>): readonly string[] {
  // What JavaScript gives may be anything: a promise, or one string, which is iterable letter by letter.
  const given: unknown = tags;
  if (typeof given === 'object' && given !== null && Symbol.iterator in given) return [...tags];
  throw new FreshtagError(
    'INVALID_TAG',
    `the function tags gave ${given instanceof Promise ? 'a promise' : `a ${typeof given}`}, not a list of tags.`,
  );
}
