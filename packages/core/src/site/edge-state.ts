import * as v from 'valibot';

import { FreshtagError } from '../errors.ts';
import { parseStoredFile, readStoredFile, writeStoredFile } from './stored-file.ts';

/** What the edge may hold of one page. */
export interface EdgePage {
  /** Digest of every stored copy; `null` while copies of several builds may be stored. */
  readonly digest: string | null;
  /** All tags that any stored copy can carry. */
  readonly tags: readonly string[];
  /** Its name changes whenever its bytes do: once gone, its copies harm nobody. */
  readonly immutable?: true | undefined;
}

/** What the edge of one domain and environment may hold. */
export interface EdgeState {
  readonly version: 1;
  readonly domain: string;
  readonly environment: string;
  /** The build that was planned last and may be deployed. */
  readonly build: string;
  readonly pages: ReadonlyMap<string, EdgePage>;
}

/** Where an edge state is kept. One state a store. */
export interface EdgeStateStore {
  /** Its name, for messages. */
  readonly name: string;
  /** `undefined` if nothing was written yet. */
  read(): Promise<string | undefined>;
  /** Replaces the whole, or nothing. */
  write(text: string): Promise<void>;
}

const KIND = 'edge state';
const stateSchema = v.object({
  kind: v.literal(KIND),
  version: v.literal(1),
  domain: v.string(),
  environment: v.string(),
  build: v.string(),
  pages: v.array(
    v.object({
      path: v.string(),
      digest: v.nullable(v.string()),
      tags: v.array(v.string()),
      immutable: v.optional(v.literal(true)),
    }),
  ),
});

/** A store in one file, replaced as a whole. */
export function createFileStore(file: string): EdgeStateStore {
  return {
    name: file,
    read: () => readStoredFile(file),
    write: (text) => writeStoredFile(file, text),
  };
}

/**
 * @returns `undefined` if the store is empty
 * @throws FreshtagError `FILE_UNUSABLE` for a state that is damaged or of another domain or environment
 */
export async function readEdgeState(
  store: EdgeStateStore,
  expected: { readonly domain: string; readonly environment: string },
): Promise<EdgeState | undefined> {
  return parseEdgeState(await store.read(), store.name, expected);
}

function parseEdgeState(
  text: string | undefined,
  name: string,
  expected: { readonly domain: string; readonly environment: string },
): EdgeState | undefined {
  if (text === undefined) return undefined;
  const parsed = parseStoredFile(text, { file: name, kind: KIND, schema: stateSchema });
  for (const key of ['domain', 'environment'] as const) {
    if (parsed[key] === expected[key]) continue;
    throw new FreshtagError(
      'FILE_UNUSABLE',
      `${name} is the edge state of ${key} ${parsed[key]}, not of ${expected[key]}. It was left as it is. Keep one state for each domain and environment.`,
    );
  }
  const { version, domain, environment, build } = parsed;
  const pages = new Map(parsed.pages.map(({ path, ...page }) => [path, page]));
  return { version, domain, environment, build, pages };
}

export async function writeEdgeState(store: EdgeStateStore, state: EdgeState): Promise<void> {
  await store.write(serialize(state));
}

const MAX_UPDATES = 5;

/**
 * Reads, changes and writes an edge state. What somebody else wrote in between is read again first:
 * without a store that compares and sets, that leaves only the time of one read for a lost update.
 */
export async function updateEdgeState(
  store: EdgeStateStore,
  site: { readonly domain: string; readonly environment: string },
  change: (state: EdgeState | undefined) => EdgeState,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await store.read();
    const text = serialize(change(parseEdgeState(before, store.name, site)));
    if (text === before) return;
    if (attempt >= MAX_UPDATES || (await store.read()) === before) return store.write(text);
  }
}

function serialize(state: EdgeState): string {
  const pages = [...state.pages].map(([path, page]) => ({ path, ...page }));
  pages.sort((a, b) => (a.path < b.path ? -1 : 1));
  return `${JSON.stringify({ kind: KIND, ...state, pages })}\n`;
}
