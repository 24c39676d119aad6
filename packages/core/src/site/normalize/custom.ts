import { FreshtagError } from '../../errors.ts';
import type { NormalizedPage, Normalizer } from './normalizer.ts';

/** How many pages the user's function is asked about twice. */
const TRIALS = 20;

/**
 * The user's own normaliser. Its answer must depend on the page alone, or pages would seem to change with
 * each build: on the first pages that it changes it is asked twice.
 *
 * @throws FreshtagError `NORMALIZER_FAILED`, when applied
 */
export function customNormalizer(
  page: (html: string, page: NormalizedPage) => string,
  version: string,
): Normalizer {
  let trials = 0;
  return {
    name: 'page',
    version,
    text: 'utf8',
    normalize(html, about) {
      const result = ask(page, html, about);
      if (result === html || trials >= TRIALS) return result;
      trials += 1;
      if (ask(page, html, about) !== result)
        throw failed(
          about,
          'it gave two results for the same page. It must depend on nothing else',
        );
      return result;
    },
  };
}

function ask(
  page: (html: string, page: NormalizedPage) => string,
  html: string,
  about: NormalizedPage,
): string {
  let result: unknown;
  try {
    result = page(html, { path: about.path });
  } catch (error) {
    throw failed(about, error instanceof Error ? error.message : String(error), error);
  }
  if (typeof result === 'string') return result;
  throw failed(about, `it gave ${kindOf(result)}, not the page’s text`);
}

function kindOf(result: unknown): string {
  if (result instanceof Promise) return 'a promise';
  return result === undefined ? 'nothing' : `a value of type ${typeof result}`;
}

function failed({ path }: NormalizedPage, why: string, cause?: unknown): FreshtagError {
  return new FreshtagError(
    'NORMALIZER_FAILED',
    `The function normalize.page failed for ${path}: ${why}. Nothing was planned.`,
    cause === undefined ? {} : { cause },
  );
}
