import {
  collectSite,
  DEFAULT_NORMALIZERS,
  expectBuild,
  parseEdgeState,
  plannedDirectories,
  plannedTags,
  planRefresh,
  serializeEdgeState,
  settlePages,
  type BuiltinNormalizer,
  type BuiltPage,
  type EdgeState,
  type Manifest,
} from '@freshtag/core/site';

import { callsFor, DOMAIN, type Refresh } from './strategies.ts';

/** How long our own part of a deploy takes. */
export interface OurTimes {
  readonly collectMs: number;
  readonly planMs: number;
}

interface OurRefresh extends Refresh, OurTimes {
  readonly method: 'exact' | 'greedy';
  readonly step: string;
}

/** freshtag over the deploys of one site, of which every refresh ends well. */
export interface OurPlanner {
  /** Reads what is in the folder now. */
  readonly collect: (dir: string) => Promise<Manifest>;
  /** Plans, and settles the plan. */
  readonly plan: (manifest: Manifest) => OurRefresh;
}

const SITE = { domain: DOMAIN, environment: 'production' } as const;

export interface OurOptions {
  readonly normalizers: readonly BuiltinNormalizer[];
  /** Leaves one tag of each refresh out, to show that the replay notices. */
  readonly isBroken: boolean;
}

export function createOurPlanner({ normalizers, isBroken }: OurOptions): OurPlanner {
  let state: EdgeState | undefined;
  let collectMs = 0;
  const collect = async (dir: string): Promise<Manifest> => {
    const startedMs = performance.now();
    const { manifest } = await collectSite({
      dir,
      tags: folderTags,
      ...(normalizers.length === 0
        ? {}
        : { normalize: { builtin: [...DEFAULT_NORMALIZERS, ...normalizers] } }),
    });
    collectMs = performance.now() - startedMs;
    return manifest;
  };
  const plan = (manifest: Manifest): OurRefresh => {
    const startedMs = performance.now();
    const made = planRefresh(state, manifest, SITE, { directories: true });
    const planMs = performance.now() - startedMs;
    const [tags, directories] = [plannedTags(made), plannedDirectories(made)];
    const settled = { tags: new Set(tags), directories: new Set(directories) };
    // As it comes back from a store.
    const kept = serializeEdgeState(settlePages(expectBuild(state, made), made, settled));
    state = parseEdgeState(kept, 'the edge state', SITE);
    const calls = callsFor(tags, directories);
    const claimed = made.cover?.calls;
    if (claimed !== calls)
      throw new Error(`the plan tells of ${claimed} calls, and its tags need ${calls}`);
    return {
      tags: isBroken ? new Set(tags.slice(1)) : settled.tags,
      directories,
      names: tags.length + directories.length,
      calls,
      method: made.cover?.method ?? 'greedy',
      step: made.cover?.step ?? 'unknown',
      collectMs,
      planMs,
    };
  };
  return { collect, plan };
}

/**
 * One tag for each folder that a page is in, as templates tag their sections: `section:/api`. Pictures and
 * scripts change at other times than the pages beside them, and have tags of their own: `files:/api`.
 */
function folderTags({ path, file }: Pick<BuiltPage, 'path' | 'file'>): string[] {
  const type = /\.html?$/i.test(file) ? 'section' : 'files';
  const folders = path.split('/').slice(1, -1);
  return folders.map((_, depth) => {
    const section = folders.slice(0, depth + 1).join('/');
    return `${type}:/${encodeURI(section).replaceAll(',', '%2C')}`;
  });
}
