import { invalidOption } from '../../errors.ts';
import { isRecord } from '../../json.ts';
import { astroServerIslands } from './astro-server-islands.ts';
import { customNormalizer } from './custom.ts';
import type { NormalizedPage, Normalizer } from './normalizer.ts';
import { sveltekitVersion } from './sveltekit-version.ts';
import { vitepressHashMap } from './vitepress-hash-map.ts';

/** Normalisers that freshtag brings. */
export const BUILTIN_NORMALIZERS = [
  'astro-server-islands',
  'sveltekit-version',
  'vitepress-hash-map',
] as const;

export type BuiltinNormalizer = (typeof BUILTIN_NORMALIZERS)[number];

/** Those that need no promise of the site: what they take away is noise wherever it stands. */
export const DEFAULT_NORMALIZERS: readonly BuiltinNormalizer[] = [
  'astro-server-islands',
  'sveltekit-version',
];

/** What is not taken for content of a page. */
export interface NormalizeOptions {
  /**
   * Which of freshtag's own are applied; `false`: none. Default: those that need no promise,
   * `astro-server-islands` and `sveltekit-version`. `vitepress-hash-map` needs one: see its page.
   */
  readonly builtin?: readonly BuiltinNormalizer[] | false | undefined;
  /**
   * Gives a page's HTML without noise of the site's own. Only for comparing: what is served stays as it
   * is. What it takes away is never refreshed for its own sake, so take away only what no visitor misses.
   */
  readonly page?: ((html: string, page: NormalizedPage) => string) | undefined;
  /** Names what `page` does. Change it with the function: each page that it touches is then refreshed once. */
  readonly version?: string | undefined;
}

const VERSION = /^[\w.-]{1,40}$/;

/**
 * @param astroKey `ASTRO_KEY` of the site
 * @throws FreshtagError `INVALID_OPTION`
 */
export function resolveNormalizers(
  options: NormalizeOptions | undefined,
  astroKey: string | undefined = process.env['ASTRO_KEY'],
): readonly Normalizer[] {
  const { builtin, page, version } = checkNormalizeOptions(options);
  const names = builtin === false ? [] : (builtin ?? DEFAULT_NORMALIZERS);
  const own = [...new Set(names)].toSorted().map((name) => BUILTIN[name](astroKey));
  return page === undefined ? own : [...own, customNormalizer(page, version ?? '')];
}

const BUILTIN: Readonly<Record<BuiltinNormalizer, (astroKey: string | undefined) => Normalizer>> = {
  'astro-server-islands': astroServerIslands,
  'sveltekit-version': () => sveltekitVersion,
  'vitepress-hash-map': () => vitepressHashMap,
};

/** @throws FreshtagError `INVALID_OPTION` */
export function checkNormalizeOptions(options: NormalizeOptions = {}): NormalizeOptions {
  const given: unknown = options;
  if (!isRecord(given))
    throw invalidOption('normalize', given, 'an object like { builtin: ["astro-server-islands"] }');
  const unknown = Object.keys(given).find((key) => !['builtin', 'page', 'version'].includes(key));
  if (unknown !== undefined)
    throw invalidOption(`normalize.${unknown}`, given[unknown], 'only builtin, page and version');
  const { builtin, page, version } = given;
  const isKnown = (name: unknown): boolean =>
    BUILTIN_NORMALIZERS.some((builtinName) => builtinName === name);
  const isList = Array.isArray(builtin) && builtin.every(isKnown);
  if (builtin !== undefined && builtin !== false && !isList)
    throw invalidOption(
      'normalize.builtin',
      builtin,
      `false, or a list of ${BUILTIN_NORMALIZERS.join(', ')}`,
    );
  if (page !== undefined && typeof page !== 'function')
    throw invalidOption(
      'normalize.page',
      page,
      'a function from a page’s HTML to what counts of it',
    );
  const hasVersion = typeof version === 'string' && VERSION.test(version);
  if (hasVersion ? page === undefined : page !== undefined || version !== undefined)
    throw invalidOption(
      'normalize.version',
      version,
      'a name like "1", of up to 40 letters, digits, dots and dashes, beside the function page, to be changed with it',
    );
  return options;
}
