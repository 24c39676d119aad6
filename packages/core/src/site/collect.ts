import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { FreshtagError, invalidOption, isFreshtagError } from '../errors.ts';
import { fitTags, type HeaderBudget } from '../tags/header.ts';
import { ALL_PAGES_TAG, pageTag } from '../tags/names.ts';
import { digestOf, type Manifest, type ManifestPage } from './manifest.ts';
import { readMetaTags } from './meta-tags.ts';
import { listFiles } from './walk.ts';

/** One built file, as shown to the function that gives it more tags. */
export interface BuiltPage {
  /** URL path with base: `/blog/x/`. */
  readonly path: string;
  /** Path below the output folder: `blog/x/index.html`. */
  readonly file: string;
  /** Its content as text. */
  readonly text: () => string;
}

export interface CollectOptions {
  /** Folder of the built site. */
  readonly dir: string;
  /** URL path under which it is served. Default `/`. */
  readonly base?: string | undefined;
  /** More tags for a page, besides its own and those of its `<meta name="cache-tag">`. */
  readonly tags?: ((page: BuiltPage) => Iterable<string>) | undefined;
  /** Folders, relative to `dir`, of files with a hash in their name: `_astro`, `assets`. */
  readonly immutable?: readonly string[] | undefined;
  /** Folder whose files were copied as they are: none of them is immutable, whatever its name. */
  readonly publicDir?: string | undefined;
  readonly headerBudget?: HeaderBudget | undefined;
}

/**
 * Makes the manifest of a built site: every file with its path, digest and tags.
 *
 * @throws FreshtagError `OUTPUT_UNREADABLE`, `INVALID_TAG` naming the page
 */
export function collectManifest(options: CollectOptions): Manifest {
  checkBase(options.base ?? '/');
  const files = listFiles(options.dir).filter((file) => !isHidden(file));
  const pages = files.map((file) => collectPage(file, options));
  pages.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { version: 1, pages };
}

/** URL path of a file below the output folder. */
export function pathOf(file: string, base = '/'): string {
  const folder = base.replace(/^\/*|\/*$/g, '');
  const below = file.replace(/(^|\/)index\.html$/, '$1');
  return `${folder === '' ? '' : `/${folder}`}/${below}`;
}

function collectPage(file: string, options: CollectOptions): ManifestPage {
  const bytes = readBytes(join(options.dir, file));
  const path = pathOf(file, options.base);
  const text = (): string => bytes.toString('utf8');
  const metaTags = /\.html?$/i.test(file) ? readMetaTags(text()) : [];
  try {
    const moreTags = checkTags(options.tags?.({ path, file, text }) ?? []);
    const given = [pageTag(path), ALL_PAGES_TAG, ...metaTags, ...moreTags];
    const { tags } = fitTags(given, options.headerBudget);
    const page = { path, digest: digestOf(bytes), tags: tags.toSorted() };
    return isImmutable(file, options) ? { ...page, immutable: true } : page;
  } catch (error) {
    if (!isFreshtagError(error, 'INVALID_TAG')) throw error;
    throw new FreshtagError('INVALID_TAG', `Page ${path}: ${error.message}`, { cause: error });
  }
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new FreshtagError(
      'OUTPUT_UNREADABLE',
      `The built file ${file} cannot be read. Nothing was planned.`,
      { cause: error },
    );
  }
}

/** What web servers do not show, or hosts take for settings: it is no page, and gets no tags. */
function isHidden(file: string): boolean {
  if (file.startsWith('.well-known/')) return false;
  return /(^|\/)\./.test(file) || /^_(headers|redirects|routes\.json)$/.test(file);
}

/** @throws FreshtagError `INVALID_OPTION` */
export function checkBase(base: string): void {
  if (/^[\w./~@:+-]*$/.test(base) && !base.includes('//')) return;
  throw invalidOption('base', base, 'the URL path under which the site is served, like /docs/');
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

/** Bundlers put at least eight characters of hash before the ending, with a digit or capital among them. */
function isImmutable(file: string, { immutable = [], publicDir }: CollectOptions): boolean {
  const inFolder = immutable.some((folder) =>
    file.startsWith(`${folder.replace(/^\/*|\/*$/g, '')}/`),
  );
  const looksHashed = /[.-](?=[\w-]*[\dA-Z])[\w-]{8,}\.\w+(\.map)?$/.test(file);
  const isCopied = publicDir !== undefined && existsSync(join(publicDir, file));
  return inFolder && looksHashed && !isCopied;
}
