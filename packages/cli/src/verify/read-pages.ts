import type { PageToVerify } from '@freshtag/core/verify';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';

import { openToRead } from '../open-file.ts';
import type { Session } from '../session.ts';
import { checkSetting } from '../settings/check.ts';
import { directoryOf, type Settings } from '../settings/settings.ts';
import { openStoreOf } from '../settings/state-store.ts';

const MAX_LINE = 10_000;

/** Where pages are named. */
export interface PageSources {
  /** `-` stands for standard input. */
  readonly args: readonly string[];
  readonly files: readonly string[];
  readonly manifest: string | undefined;
  /** Those of the edge state. */
  readonly held: boolean;
}

/** Pages, and whether somebody named each of them: then all are looked at, unless told otherwise. */
export interface NamedPages {
  readonly pages: Iterable<string | PageToVerify>;
  readonly named: boolean;
}

/**
 * The pages that were named one by one, or those of a manifest or of the edge state. Without any, those
 * of the last plan.
 *
 * @throws FreshtagError `INVALID_OPTION`, `FILE_INACCESSIBLE`, `FILE_UNUSABLE`
 */
export async function readPages(
  sources: PageSources,
  { domain, settings, session }: { domain: string; settings: Settings; session: Session },
): Promise<NamedPages> {
  const { args, files } = sources;
  const lists = args.length + files.length > 0;
  if (lists && (sources.manifest !== undefined || sources.held))
    throw await wrong('PATH', 'pages by name, or --manifest, or --held, and not several of them');
  if (lists) return { pages: await readLists(sources, domain, session), named: true };
  return { pages: await readSite(sources, { domain, settings, session }), named: false };
}

async function readLists(
  { args, files }: PageSources,
  domain: string,
  { cwd, signal }: Session,
): Promise<Set<string>> {
  const { parsePage } = await import('@freshtag/core/verify');
  const paths = new Set(args.filter((arg) => arg !== '-').map((arg) => parsePage(arg, domain)));
  const parse = (line: string): void => void paths.add(parsePage(line, domain));
  for (const file of files)
    await readLines(() => openToRead(resolve(cwd, file)), { source: file, parse, signal });
  if (args.includes('-'))
    await readLines(() => process.stdin, { source: 'standard input', parse, signal });
  if (paths.size > 0) return paths;
  throw await wrong('PATH', 'at least one path: there is none in what was read');
}

interface Reading {
  /** For people. */
  readonly source: string;
  readonly parse: (line: string) => void;
  readonly signal: AbortSignal;
}

/** One path a line; empty lines are passed over. */
async function readLines(open: () => Readable, { source, parse, signal }: Reading): Promise<void> {
  let stream: Readable | undefined;
  const stop = (): void => void stream?.destroy(new Error('interrupted'));
  signal.addEventListener('abort', stop, { once: true });
  let number = 0;
  try {
    signal.throwIfAborted();
    stream = open();
    for await (const line of linesOf(stream)) {
      number += 1;
      if (line.trim() !== '') parse(line.trim());
    }
  } catch (error) {
    signal.throwIfAborted();
    throw await atPlace(error, source, number);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A line without end is cut: whoever parses it refuses it for its length. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > MAX_LINE) break;
  }
  yield rest;
}

async function atPlace(error: unknown, source: string, line: number): Promise<Error> {
  const { FreshtagError, isFreshtagError } = await import('@freshtag/core');
  if (isFreshtagError(error))
    return new FreshtagError(error.code, `${source}, line ${line}: ${error.message}`);
  const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new FreshtagError(
    'FILE_INACCESSIBLE',
    `${source} cannot be read (${why}). Check its path and permissions.`,
  );
}

async function readSite(
  { manifest: file, held }: PageSources,
  { domain, settings, session }: { domain: string; settings: Settings; session: Session },
): Promise<PageToVerify[]> {
  const [site, verify] = await Promise.all([
    import('@freshtag/core/site'),
    import('@freshtag/core/verify'),
  ]);
  const environment = await checkSetting(settings.environment, site.checkEnvironment);
  const where = { domain, environment };
  const files = site.deployFiles(directoryOf(settings, session.cwd), where);
  const store = await openStoreOf(settings, { files, where, session });
  const state = await site.readEdgeState(store, where, { signal: session.signal });
  if (held && file === undefined) {
    if (state !== undefined) return verify.pagesOfState(state);
    throw await inaccessible(`There is no edge state in ${store.name}.`);
  }
  const manifestFile = file === undefined ? files.manifest : resolve(session.cwd, file);
  const text = await readManifest(manifestFile);
  return verify.pagesOfManifest(site.parseManifest(text, manifestFile), state);
}

async function readManifest(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw await inaccessible(`The manifest ${file} cannot be read (${code}).`);
  }
}

async function inaccessible(what: string): Promise<Error> {
  const { FreshtagError } = await import('@freshtag/core');
  const remedy =
    'Name pages (PATH, --file FILE, - for standard input), or --manifest FILE, or run freshtag plan before.';
  return new FreshtagError('FILE_INACCESSIBLE', `${what} ${remedy}`);
}

async function wrong(option: string, allowed: string): Promise<Error> {
  const { FreshtagError } = await import('@freshtag/core');
  return new FreshtagError('INVALID_OPTION', `${option}: give ${allowed}.`);
}
