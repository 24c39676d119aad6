import type { Plan, PlannedPage } from '../plan/plan.ts';
import { explainPages, type ExplainedPage, type PlanWhy } from '../plan/why.ts';
import { createCollector, fileOf, type CollectOptions } from '../site/collect.ts';
import type { EdgeState } from '../site/edge-state.ts';
import { hashOf, sketchOf } from '../site/sketch.ts';
import { pathInBuild, type Mounts } from '../site/urls/mount.ts';

/** What of a plan can be said beyond the plan. */
export interface ExplainedPlan {
  readonly why: PlanWhy;
  /** Sketches of planned pages, by path, for the plan after the next deploy. */
  readonly sketches: ReadonlyMap<string, string>;
}

/**
 * How many pages sketches are kept of. A sketch is about a hundred characters, as much as all else that
 * the edge state has of a page; these many of them tell what most pages of a large site have in common.
 */
const MOST_SKETCHES = 5000;
const TEXT = /(?:\/|\.(?:html?|xml|json|txt|md|svg|css|m?js|webmanifest))$/i;

/** Reads the planned pages once more, to say why they are planned and to sketch what they are now. */
export function explainPlan(
  plan: Plan,
  state: EdgeState | undefined,
  options: CollectOptions & { readonly mounts?: Mounts | undefined },
): ExplainedPlan {
  const collector = createCollector(options, Date.now());
  const sketches = new Map<string, string>();
  const total = plan.pages.length + plan.unchanged;
  const explained = function* (): Iterable<ExplainedPage> {
    for (const page of plan.pages) {
      const text = isSketched(page, total)
        ? collector.content(fileAt(page.path, options)).toString('utf8')
        : undefined;
      if (text !== undefined) sketches.set(page.path, sketchOf(text));
      yield { page, held: state?.pages.get(page.path), text };
    }
  };
  return { why: explainPages(explained()), sketches };
}

function fileAt(
  path: string,
  { base, mounts }: { readonly base?: string | undefined; readonly mounts?: Mounts | undefined },
): string {
  return fileOf(pathInBuild(path, mounts), base);
}

/** The plan, with sketches for the edge state to keep. */
export function withSketches(plan: Plan, sketches: ReadonlyMap<string, string>): Plan {
  const pages = plan.pages.map((page) => {
    const sketch = sketches.get(page.path);
    if (sketch === undefined || page.target === null) return page;
    return { ...page, target: { ...page.target, sketch } };
  });
  return { ...plan, pages };
}

/** Always the same pages of a large site, so that most of them have a sketch when they change. */
function isSketched({ path, target }: PlannedPage, total: number): boolean {
  if (target === null || target.immutable || !TEXT.test(path)) return false;
  return total <= MOST_SKETCHES || hashOf(path) < (MOST_SKETCHES / total) * 2 ** 32;
}
