import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { invalidOption } from '../errors.ts';
import { digestPage } from './digest.ts';
import type { Manifest, ManifestPage } from './manifest.ts';
import { resolveNormalizers, type NormalizeOptions } from './normalize/options.ts';
import { normalizeContent, type Normalizer } from './normalize/normalizer.ts';
import { changing } from './output-errors.ts';
import { tagsOf, type PageTagOptions } from './page-tags.ts';
import { createPageReader, type PageReader, type RecentFile } from './page-reader.ts';
import { listFiles } from './walk.ts';

export interface CollectOptions extends PageTagOptions {
  /** Folder of the built site. */
  readonly dir: string;
  /** URL path under which it is served. Default `/`. */
  readonly base?: string | undefined;
  /** What is not taken for content. */
  readonly normalize?: NormalizeOptions | undefined;
  /** Folders, relative to `dir`, of files with a hash in their name: `_astro`, `assets`. */
  readonly immutable?: readonly string[] | undefined;
  /** Folder whose files were copied as they are: none of them is immutable, whatever its name. */
  readonly publicDir?: string | undefined;
}

/** Makes pages of files, one after the other. */
export interface PageCollector {
  /** @throws FreshtagError `OUTPUT_UNREADABLE`, `OUTPUT_CHANGING`, `INVALID_TAG`, `NORMALIZER_FAILED` */
  readonly collect: (file: string) => ManifestPage;
  /** The content of a file as it counts, without noise. */
  readonly content: (file: string) => Buffer;
  readonly recent: readonly RecentFile[];
}

/**
 * Makes the manifest of a built site: every file with its path, digest and tags. In one thread;
 * `collectSite` uses several.
 *
 * @throws FreshtagError `INVALID_OPTION`, `OUTPUT_UNREADABLE`, `OUTPUT_CHANGING`, `OUTPUT_NAME_UNUSABLE`,
 *   `NORMALIZER_FAILED`, `INVALID_TAG` naming the page
 */
export function collectManifest(options: CollectOptions): Manifest {
  checkBase(options.base ?? '/');
  const collector = createCollector(options, Date.now());
  const pages = listFiles(options.dir)
    .filter((file) => !isHidden(file))
    .map((file) => collector.collect(file));
  checkUnchanged(collector.recent);
  return { version: 1, pages: sortPages(pages) };
}

/** @param startedMs when the reading of the whole folder began */
export function createCollector(options: CollectOptions, startedMs: number): PageCollector {
  const reader = createPageReader(startedMs);
  const normalizers = resolveNormalizers(options.normalize);
  const tools = { options, reader, normalizers };
  return {
    collect: (file) => collectPage(file, tools),
    content: (file) => readContent(file, tools),
    recent: reader.recent,
  };
}

/** @throws FreshtagError `OUTPUT_CHANGING` if a file is not any more what was read */
export function checkUnchanged(recent: readonly RecentFile[]): void {
  for (const { file, mtimeMs, size } of recent) {
    const now = statSync(file, { throwIfNoEntry: false });
    if (now?.mtimeMs !== mtimeMs || now.size !== size) throw changing(file);
  }
}

export function sortPages(pages: ManifestPage[]): ManifestPage[] {
  return pages.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** URL path of a file below the output folder. */
export function pathOf(file: string, base = '/'): string {
  const folder = base.replace(/^\/*|\/*$/g, '');
  return `${folder === '' ? '' : `/${folder}`}/${belowBase(file)}`;
}

/** File of the page under a path, relative to the output folder: the other way round. */
export function fileOf(path: string, base = '/'): string {
  const below = path.slice(pathOf('', base).length);
  return below === '' || below.endsWith('/') ? `${below}index.html` : below;
}

function belowBase(file: string): string {
  const isIndex = file.endsWith('index.html') && (file.length === 10 || file.at(-11) === '/');
  return isIndex ? file.slice(0, -10) : file;
}

interface Tools {
  readonly options: CollectOptions;
  readonly reader: PageReader;
  readonly normalizers: readonly Normalizer[];
}

function collectPage(file: string, { options, reader, normalizers }: Tools): ManifestPage {
  const content = reader.read(`${options.dir}/${file}`);
  const path = pathOf(file, options.base);
  const isHtml = HTML.test(file);
  const digest = digestPage(content, { path }, isHtml ? normalizers : NONE);
  const tags = tagsOf({ path, file, content, isHtml }, options);
  const page = { path, ...digest, tags };
  return isImmutable(file, options, normalizers) ? { ...page, immutable: true } : page;
}

function readContent(file: string, { options, reader, normalizers }: Tools): Buffer {
  const content = reader.read(`${options.dir}/${file}`);
  if (!HTML.test(file)) return content;
  return normalizeContent(content, { path: pathOf(file, options.base) }, normalizers).content;
}

const HTML = /\.html?$/i;
const NONE: readonly Normalizer[] = [];

/** What web servers do not show, or hosts take for settings: it is no page, and gets no tags. */
export function isHidden(file: string): boolean {
  if (file.startsWith('.well-known/')) return false;
  return /(^|\/)\./.test(file) || /^_(headers|redirects|routes\.json)$/.test(file);
}

/** @throws FreshtagError `INVALID_OPTION` */
export function checkBase(base: string): void {
  if (/^[\w./~@:+-]*$/.test(base) && !base.includes('//')) return;
  throw invalidOption('base', base, 'the URL path under which the site is served, like /docs/');
}

/** Bundlers put at least eight characters of hash before the ending, with a digit or capital among them. */
function isImmutable(
  file: string,
  { immutable = [], publicDir }: CollectOptions,
  normalizers: readonly Normalizer[],
): boolean {
  const inFolder = immutable.some((folder) =>
    file.startsWith(`${folder.replace(/^\/*|\/*$/g, '')}/`),
  );
  if (!inFolder || !/[.-](?=[\w-]*[\dA-Z])[\w-]{8,}\.\w+(\.map)?$/.test(file)) return false;
  if (normalizers.some(({ mutable }) => mutable?.test(file))) return false;
  return publicDir === undefined || !existsSync(join(publicDir, file));
}
