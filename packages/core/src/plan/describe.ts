import type { CoverFigures, CoverStepName } from './cover/step.ts';
import { PLAN_REASONS, plannedTags, type Plan, type PlanCover, type PlannedPage } from './plan.ts';
import { pageTag } from '../tags/names.ts';

/**
 * One line for people: `www.example.com (production): 150 changed: 12 tags in 1 call; 850 pages
 * unchanged, 3 of them refreshed too; cost 1003.12, the least possible`.
 */
export function describePlan(plan: Plan): string {
  const counts = PLAN_REASONS.map((reason) => [
    reason,
    plan.pages.filter((page) => page.reason === reason).length,
  ]).filter(([, many]) => many !== 0);
  const site = `${plan.domain} (${plan.environment})`;
  const unchanged = `${countOf(plan.unchanged, 'page')} unchanged`;
  if (counts.length === 0) return `${site}: nothing to refresh; ${unchanged}`;
  const reasons = counts.map(([reason, many]) => `${many} ${reason}`).join(', ');
  const { cover } = plan;
  if (cover === undefined)
    return `${site}: ${reasons}: ${countOf(plannedTags(plan).length, 'tag')}; ${unchanged}`;
  const over = cover.overPages === 0 ? '' : `, ${cover.overPages} of them refreshed too`;
  return `${site}: ${reasons}: ${describeTake(cover, cover)}; ${unchanged}${over}; ${describeCost(cover)}`;
}

/**
 * One line for each step that was tried, where the first did not suffice: what it takes, what it
 * drops, what it costs. No lines otherwise.
 */
export function describeSteps({ cover, unchanged }: Plan): string[] {
  if (cover === undefined || cover.steps.length < 2) return [];
  return cover.steps.map((step) => {
    const verdict = step.step === cover.step ? 'taken' : REFUSED[String(step.isWithinLimits)];
    const over = `${step.overPages} of ${countOf(unchanged, 'unchanged page')}`;
    return `${STEPS[step.step]}: ${describeTake(step, cover)}, ${over}, cost ${round(step.cost)}: ${verdict}`;
  });
}

/** One line of a list: why a page is in a plan, its path, and what hits it if not its own tag. */
export function describePage({
  path,
  reason,
  refresh,
  directories = [],
  urls = [],
}: PlannedPage): string {
  const own = pageTag(path);
  const shared = refresh.filter((tag) => tag !== own);
  const byUrl = urls.length > 0 ? [`its ${urls.length} URLs`] : [];
  const via = [...shared, ...directories.map((directory) => `directory ${directory}`), ...byUrl];
  return `${reason.padEnd(12)} ${path}${via.length === 0 ? '' : ` via ${via.join(' and ')}`}`;
}

const STEPS: Readonly<Record<CoverStepName, string>> = {
  cheapest: 'the cheapest cover',
  'shared-tags': 'tags that drop more',
  directories: 'directories and tags',
  'whole-site': 'the whole site',
};
const REFUSED: Readonly<Record<string, string>> = {
  true: 'drops more',
  false: 'more than maxTags or maxCalls',
};

function describeTake(
  { tags, directories, calls }: CoverFigures,
  { urls = 0 }: Pick<PlanCover, 'urls'>,
): string {
  const taken = [
    ...(tags > 0 || directories + urls === 0 ? [countOf(tags, 'tag')] : []),
    ...(directories > 0 ? [countOf(directories, 'directory', 'directories')] : []),
    ...(urls > 0 ? [countOf(urls, 'URL')] : []),
  ];
  return `${taken.join(' and ')} in ${countOf(calls, 'call')}`;
}

function describeCost({ cost, lowerBound, method, isWithinLimits }: PlanCover): string {
  const least =
    method === 'exact' ? 'the least possible' : `at least ${round(lowerBound)} is needed`;
  const limits = isWithinLimits ? '' : '; maxTags or maxCalls cannot be kept';
  return `cost ${round(cost)}, ${least}${limits}`;
}

function countOf(many: number, one: string, several = `${one}s`): string {
  return `${many} ${many === 1 ? one : several}`;
}

function round(cost: number): string {
  return String(Math.round(cost * 100) / 100);
}
