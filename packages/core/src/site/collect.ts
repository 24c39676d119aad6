import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { FreshtagError, isFreshtagError } from '../errors.ts';
import { fitTags, type HeaderBudget } from '../tags/header.ts';
import { pageTag } from '../tags/names.ts';
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
  readonly headerBudget?: HeaderBudget | undefined;
}

/**
 * Makes the manifest of a built site: every file with its path, digest and tags.
 *
 * @throws FreshtagError `OUTPUT_UNREADABLE`, `INVALID_TAG` naming the page
 */
export function collectManifest(options: CollectOptions): Manifest {
  const pages = listFiles(options.dir).map((file) => collectPage(file, options));
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
    const moreTags = options.tags?.({ path, file, text }) ?? [];
    const { tags } = fitTags([pageTag(path), ...metaTags, ...moreTags], options.headerBudget);
    const page = { path, digest: digestOf(bytes), tags: tags.toSorted() };
    return isImmutable(file, options.immutable ?? []) ? { ...page, immutable: true } : page;
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

/** Bundlers put at least eight characters of hash before the ending, with a digit or capital among them. */
function isImmutable(file: string, folders: readonly string[]): boolean {
  const inFolder = folders.some((folder) =>
    file.startsWith(`${folder.replace(/^\/*|\/*$/g, '')}/`),
  );
  return inFolder && /[.-](?=[\w-]*[\dA-Z])[\w-]{8,}\.\w+(\.map)?$/.test(file);
}
