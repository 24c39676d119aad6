import type { EdgeState, StateStore } from '@freshtag/core/site';

import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';
import { count, formatTable } from '../table.ts';

/** The state of one site, and the store that it is in. */
export interface StateUse {
  readonly where: { readonly domain: string; readonly environment: string };
  readonly store: StateStore;
  readonly session: Session;
}

const MOST_LISTED = 20;

/** Tells what an edge state says. */
export async function showState({ where, store, session }: StateUse): Promise<Outcome> {
  const { readStoredState } = await import('@freshtag/core/site');
  const stored = await readStoredState(store, where, { signal: session.signal });
  const place = { name: store.name, guarantee: store.guarantee };
  if (stored === undefined) {
    return {
      result: { action: 'show', store: place, state: null },
      lines: [
        `There is no edge state in ${store.name}.`,
        'The next plan drops every tagged page from the edge once.',
      ],
    };
  }
  const { state, bytes } = stored;
  const figures = figuresOf(state);
  const open = [...state.pages].filter(([, page]) => page.digest === null).map(([path]) => path);
  const { domain, environment, build, version } = state;
  return {
    result: {
      action: 'show',
      store: place,
      state: { version, domain, environment, build, bytes, ...figures, open },
    },
    lines: linesOf(store, { state, bytes, open, figures }),
  };
}

interface Figures {
  readonly pages: number;
  readonly settled: number;
  readonly unsettled: number;
  readonly immutable: number;
  /** Different ones. */
  readonly tags: number;
  /** Whether any page may be stored, also of those that nobody knows any more. */
  readonly everything: boolean;
}

function figuresOf({ pages }: EdgeState): Figures {
  const known = [...pages].filter(([path]) => path !== '*').map(([, page]) => page);
  const settled = known.filter((page) => page.digest !== null).length;
  return {
    pages: known.length,
    settled,
    unsettled: known.length - settled,
    immutable: known.filter((page) => page.immutable).length,
    tags: new Set(known.flatMap((page) => page.tags)).size,
    everything: pages.has('*'),
  };
}

function* linesOf(
  store: StateStore,
  {
    state,
    bytes,
    open,
    figures,
  }: {
    readonly state: EdgeState;
    readonly bytes: number;
    readonly open: readonly string[];
    readonly figures: Figures;
  },
): Iterable<string> {
  const { pages, settled, unsettled, immutable, tags, everything } = figures;
  const perPage = pages === 0 ? 0 : Math.round(bytes / pages);
  yield* formatTable([
    ['store', store.name],
    ['guarantee', store.guarantee],
    ['site', `${state.domain} (${state.environment})`],
    ['build', state.build],
    ['pages', `${pages}, ${settled} settled, ${unsettled} unsettled, ${immutable} immutable`],
    ['tags', String(tags)],
    ['size', `${count(bytes, 'byte')}, ${perPage} a page`],
  ]);
  if (everything) yield 'Anything may be stored: the next plan drops every tagged page once.';
  for (const path of open.filter((one) => one !== '*').slice(0, MOST_LISTED))
    yield `unsettled    ${path}`;
  const more = unsettled - MOST_LISTED;
  if (more > 0) yield `… and ${more} more`;
}
