import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import * as v from 'valibot';

import { FreshtagError } from '../errors.ts';
import { parseObject } from '../json.ts';

interface StoredFile<Schema extends v.GenericSchema> {
  /** Its name, for messages. */
  readonly file: string;
  /** What it must be: `manifest`, `plan`, `edge state`. */
  readonly kind: string;
  readonly schema: Schema;
  /** Versions that the schema reads. Default: 1. */
  readonly versions?: readonly number[];
}

/**
 * Reads the text of a file that freshtag wrote.
 * @throws FreshtagError `FILE_UNUSABLE` that names the file and what is wrong, never its content
 */
export function parseStoredFile<Schema extends v.GenericSchema>(
  text: string,
  { file, kind, schema, versions = [1] }: StoredFile<Schema>,
): v.InferOutput<Schema> {
  const object = parseObject(text);
  if (object === undefined) throw unusable(file, kind, 'it is damaged: not a JSON object');
  if (object['kind'] !== kind) throw unusable(file, kind, 'it is something else');
  const { version } = object;
  if (typeof version !== 'number' || !versions.includes(version)) {
    throw unusable(
      file,
      kind,
      `its version is ${JSON.stringify(version)} and this freshtag reads version ${versions.join(' and ')}`,
    );
  }
  const parsed = v.safeParse(schema, object);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const path = issue.path?.map((item: { key: unknown }) => String(item.key)).join('.') ?? '';
  throw unusable(
    file,
    kind,
    `it is damaged at ${path}: ${issue.expected ?? 'a value'} was expected`,
  );
}

/** The text of a file, or `undefined` if there is none. */
export async function readStoredFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw inaccessible(file, 'read', error);
  }
}

/** Replaces a file as a whole or not at all, also when the machine stops in the middle. */
export async function writeStoredFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await using handle = await open(temporary, 'w');
    await handle.writeFile(text);
    await handle.sync();
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw inaccessible(file, 'written', error);
  }
}

function unusable(file: string, kind: string, why: string): FreshtagError {
  const article = /^[aeiou]/.test(kind) ? 'an' : 'a';
  return new FreshtagError(
    'FILE_UNUSABLE',
    `${file} cannot be used as ${article} ${kind}: ${why}. It was left as it is. ${REMEDY[kind] ?? ''}`.trim(),
  );
}

const REMEDY: Readonly<Record<string, string>> = {
  'edge state':
    'Restore it from a backup; or delete it, and the next plan drops every tagged page from the edge once.',
  manifest: 'Build the site again.',
  plan: 'Make the plan again, before the next upload.',
};

/** The error for a file that cannot be read or written. */
export function inaccessible(file: string, verb: string, cause: unknown): FreshtagError {
  const why =
    cause instanceof Error
      ? ((cause as NodeJS.ErrnoException).code ?? cause.message)
      : 'unknown reason';
  return new FreshtagError(
    'FILE_INACCESSIBLE',
    `${file} cannot be ${verb} (${why}). Check the path and its permissions.`,
    { cause },
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
