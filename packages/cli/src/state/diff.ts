import type { EdgePage, EdgeState } from '@freshtag/core/site';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import type { Outcome } from '../outcome.ts';
import { domainConfigOf, type Settings } from '../settings/settings.ts';
import { formatTable } from '../table.ts';
import type { StateUse } from './show.ts';

const MOST_LISTED = 20;

/** What a difference is called for people; `there` is the other side. */
const WORDS = {
  unsettled: 'unsettled',
  content: 'content',
  tags: 'tags',
  here: 'only here',
  there: 'only there',
} as const;

/** Compares an edge state with a built folder, a manifest, or another state. */
export async function diffState(
  use: StateUse,
  { other, settings }: { readonly other: string; readonly settings: Settings },
): Promise<Outcome> {
  const { compareStates, describeState, readEdgeState } = await import('@freshtag/core/site');
  const { store, where, session } = use;
  const { signal } = session;
  const there = await readOther(other, use, settings);
  const state = await readEdgeState(store, where, { signal });
  const { pages, same } = compareStates(state ?? NOTHING, there);
  const listed = pages.slice(0, MOST_LISTED);
  const more = pages.length - listed.length;
  return {
    result: {
      action: 'diff',
      store: { name: store.name, guarantee: store.guarantee },
      other: { name: describeState(other), kind: there.kind },
      same,
      different: pages.length,
      pages,
    },
    lines: [
      ...(state === undefined ? [`There is no edge state in ${store.name}.`] : []),
      ...formatTable(listed.map(({ path, difference }) => [WORDS[difference], path])),
      ...(more > 0 ? [`… and ${more} more`] : []),
      `${pages.length} pages differ, ${same} are the same`,
    ],
  };
}

interface OtherSide extends Pick<EdgeState, 'pages'> {
  readonly kind: 'build' | 'manifest' | 'state';
}

const NOTHING: Pick<EdgeState, 'pages'> = { pages: new Map() };

/** A folder is a build; a file is a manifest or a state; everything else is the address of a store. */
async function readOther(
  other: string,
  { where, session }: StateUse,
  settings: Settings,
): Promise<OtherSide> {
  const site = await import('@freshtag/core/site');
  const path = resolve(session.cwd, other);
  const kind = isAddress(other) ? undefined : statSync(path, { throwIfNoEntry: false });
  if (kind?.isDirectory() === true) {
    const { manifest } = await site.collectSite({
      dir: path,
      base: settings.base.value,
      immutable: settings.immutable.value,
      normalize: settings.normalize.value,
    });
    const { mounts } = domainConfigOf(settings, where.domain);
    const shown = mounts === undefined ? manifest : site.mountManifest(manifest, mounts);
    return { kind: 'build', pages: pagesOf(shown.pages) };
  }
  if (kind?.isFile() === true && isManifest(path)) {
    const { pages } = site.parseManifest(readFileSync(path, 'utf8'), path);
    return { kind: 'manifest', pages: pagesOf(pages) };
  }
  const store = site.openStateStore(other, { ...where, cwd: session.cwd, env: session.env });
  const stored = await store.read({ signal: session.signal });
  if (stored !== undefined) {
    // Of any site: that of another environment is what one may want to compare with.
    const { pages } = site.parseEdgeState(stored.text, store.name, undefined);
    return { kind: 'state', pages };
  }
  const { invalidOption } = await import('@freshtag/core');
  throw invalidOption(
    'state diff',
    other,
    'a built folder, a manifest.json, or a state that is there',
  );
}

function isAddress(other: string): boolean {
  return /^(sqlite:|[a-z][a-z0-9+.-]+:\/\/)/i.test(other);
}

function isManifest(path: string): boolean {
  return /^\s*\{\s*"kind"\s*:\s*"manifest"/.test(readFileSync(path, 'utf8').slice(0, 100));
}

function pagesOf(
  pages: readonly (Omit<EdgePage, 'digest'> & { readonly path: string; readonly digest: string })[],
): ReadonlyMap<string, EdgePage> {
  return new Map(pages.map(({ path, ...page }) => [path, page]));
}
