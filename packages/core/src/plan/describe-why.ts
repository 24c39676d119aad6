import type { PageWhy, PlanWhy } from './why.ts';

/** Markup that generators write anew with each build, and what to do about it. */
const HINTS: readonly (readonly [marker: string, advice: string])[] = [
  [
    '__VP_HASH_MAP__',
    'VitePress writes the names of all scripts into every page. The normaliser vitepress-hash-map leaves that out of account, where deploys remove old files.',
  ],
  [
    'data-island-id=',
    'Astro encrypts server islands anew with each build. Build with a fixed ASTRO_KEY, and what did not change is known.',
  ],
  [
    '__sveltekit_',
    'SvelteKit names its scripts after the time of the build. Set kit.version.name to something that changes with the sources alone.',
  ],
];
const MOST_LISTED = 20;

/** What many pages of a plan have in common: some lines for people, or none. */
export function describeCommonWhy({ common, renormalized, pages }: PlanWhy): string[] {
  const lines: string[] = [];
  if (renormalized > 0)
    lines.push(
      `${renormalized} changed pages: what is taken for noise is not what it was (${describeNormalizers(pages)}), so old and new cannot be compared; they are refreshed once`,
    );
  if (common === undefined) return lines;
  const count = common.lines.length + common.moreLines;
  lines.push(
    `${common.pages} of ${common.of} changed pages changed by the same ${count === 1 ? 'line' : `${count} lines`}:`,
    ...common.lines.map((line) => `  ${line}`),
    ...(common.moreLines > 0 ? [`  … and ${common.moreLines} more`] : []),
  );
  const hint = HINTS.find(([marker]) => common.lines.some((line) => line.includes(marker)));
  return hint === undefined ? lines : [...lines, `  ${hint[1]}`];
}

/** Why each page is in the plan, some lines for each; the first ones. */
export function describePagesWhy(
  { pages, morePages }: PlanWhy,
  most: number = MOST_LISTED,
): string[] {
  const shown = pages.slice(0, most);
  const left = pages.length - shown.length + morePages;
  const lines = shown.flatMap((why) => [
    `${why.reason.padEnd(12)} ${why.path}`,
    ...detailsOf(why).map((line) => `  ${line}`),
  ]);
  return left > 0 ? [...lines, `… and ${left} more`] : lines;
}

function detailsOf({ reason, regions, moreRegions = 0, normalizers, tags }: PageWhy): string[] {
  if (tags !== undefined)
    return [
      ...tags.added.map((tag) => `+ tag ${tag}`),
      ...tags.removed.map((tag) => `- tag ${tag}`),
    ];
  if (normalizers !== undefined)
    return [`noise: ${listOf(normalizers.before)} before, ${listOf(normalizers.now)} now`];
  if (regions === undefined) return reason === 'changed' ? ['no sketch of it was kept'] : [];
  if (regions.length === 0) return ['changed where its sketch does not show it'];
  const shown = regions.map(({ text, after }) =>
    text === '' ? `removed after ${after === '' ? 'the beginning' : after}` : `~ ${text}`,
  );
  return moreRegions > 0 ? [...shown, `… in ${moreRegions} more places`] : shown;
}

function describeNormalizers(pages: readonly PageWhy[]): string {
  const found = pages.find(({ normalizers }) => normalizers !== undefined)?.normalizers;
  return `${listOf(found?.before ?? [])} before, ${listOf(found?.now ?? [])} now`;
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(' and ');
}
