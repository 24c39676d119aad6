import * as v from 'valibot';

import { FreshtagError } from '../errors.ts';
import { digestOf, type Manifest } from './manifest.ts';
import { readPage, readStateText, textOfPage } from './state-text.ts';
import { parseStoredFile } from './stored-file.ts';
import type { StateStore, StoreOptions } from './stores/store.ts';

/** What the edge may hold of one page. */
export interface EdgePage {
  /** Digest of every stored copy; `null` while copies of several builds may be stored. */
  readonly digest: string | null;
  /** All tags that any stored copy can carry. */
  readonly tags: readonly string[];
  /** Its name changes whenever its bytes do: once gone, its copies harm nobody. */
  readonly immutable?: true | undefined;
  /** Where its content can be told to have changed, in about a hundred characters. Not kept of all pages. */
  readonly sketch?: string | undefined;
}

/** What the edge of one domain and environment may hold. */
export interface EdgeState {
  readonly version: 1;
  readonly domain: string;
  readonly environment: string;
  /** Name of the plan that was announced last: its build may be deployed. See `Plan.build`. */
  readonly build: string;
  readonly pages: ReadonlyMap<string, EdgePage>;
}

/** The domain and environment that a state is of. */
export interface Site {
  readonly domain: string;
  readonly environment: string;
}

/** An edge state as a store has it. */
export interface StoredState {
  readonly state: EdgeState;
  /** Its version in the store, to write on top of it. */
  readonly version: string;
  /** Digest of its text, by which two states can be compared. */
  readonly digest: string;
  /** Size of its text. */
  readonly bytes: number;
}

const KIND = 'edge state';
const pageSchema = v.object({
  path: v.string(),
  digest: v.nullable(v.string()),
  tags: v.array(v.string()),
  immutable: v.optional(v.literal(true)),
  sketch: v.optional(v.string()),
});

const stateSchema = v.object({
  kind: v.literal(KIND),
  version: v.literal(1),
  domain: v.string(),
  environment: v.string(),
  build: v.string(),
  pages: v.array(pageSchema),
});

/**
 * @returns `undefined` if the store is empty
 * @throws FreshtagError `FILE_UNUSABLE` for a state that is damaged or of another domain or environment
 */
export async function readEdgeState(
  store: StateStore,
  site: Site,
  options: StoreOptions = {},
): Promise<EdgeState | undefined> {
  return (await readStoredState(store, site, options))?.state;
}

/**
 * The same with its version.
 *
 * @param options `built`: see {@link parseEdgeState}
 */
export async function readStoredState(
  store: StateStore,
  site: Site,
  options: StoreOptions & { readonly built?: Manifest | undefined } = {},
): Promise<StoredState | undefined> {
  const stored = await store.read(options);
  if (stored === undefined) return undefined;
  const { text, version } = stored;
  return {
    state: parseEdgeState(text, store.name, site, options.built),
    version,
    digest: digestOf(text),
    bytes: Buffer.byteLength(text),
  };
}

/**
 * @param built a build that much of the state is alike: texts that both have are kept once
 * @throws FreshtagError `FILE_UNUSABLE`, also for the state of another site
 */
export function parseEdgeState(
  text: string,
  name: string,
  site: Site | undefined,
  built?: Manifest,
): EdgeState {
  const quick = readStateText(text, built);
  const rest = quick?.rest ?? text;
  const parsed = parseStoredFile(rest, { file: name, kind: KIND, schema: stateSchema });
  for (const key of ['domain', 'environment'] as const) {
    if (site === undefined || parsed[key] === site[key]) continue;
    throw new FreshtagError(
      'FILE_UNUSABLE',
      `${name} is the edge state of ${key} ${parsed[key]}, not of ${site[key]}. It was left as it is. Keep one state for each domain and environment.`,
    );
  }
  const { version, domain, environment, build } = parsed;
  const pages = quick?.pages ?? new Map(parsed.pages.map((page) => [page.path, readPage(page)]));
  return { version, domain, environment, build, pages };
}

/**
 * Puts a state into a store, whatever is there.
 * @throws FreshtagError `STATE_CONFLICT` when somebody else writes at the same time
 */
export async function writeEdgeState(
  store: StateStore,
  state: EdgeState,
  options: StoreOptions = {},
): Promise<void> {
  const before = await store.read(options);
  await store.write(serializeEdgeState(state), { ...options, expected: before?.version });
}

/** One line of JSON, pages sorted by path, so that equal states are equal texts. */
export function serializeEdgeState(state: EdgeState): string {
  const head = JSON.stringify({ kind: KIND, ...state, pages: [] }).slice(0, -2);
  const paths = [...state.pages.keys()].sort();
  const pages = paths.flatMap((path) => {
    const page = state.pages.get(path);
    return page === undefined ? [] : [textOfPage(path, page)];
  });
  return `${head}${pages.join(',')}]}\n`;
}
