import type { Plan, PlannedPage } from '../plan/plan.ts';
import { explainPages, type ExplainedPage, type PlanWhy } from '../plan/why.ts';
import { createCollector, fileOf, type CollectOptions } from '../site/collect.ts';
import type { EdgeState } from '../site/edge-state.ts';
import { hashOf, sketchOf } from '../site/sketch.ts';

/** A plan, and what can be said beyond it. */
export interface ExplainedPlan {
  /** With sketches for the edge state to keep. */
  readonly plan: Plan;
  readonly why: PlanWhy;
}

export interface ExplainOptions extends CollectOptions {
  /** Where pages are in the build that the domain shows elsewhere. Default: where it shows them. */
  readonly pathInBuild?: ReadonlyMap<string, string> | undefined;
}

/**
 * How many pages sketches are kept of. A sketch is about a hundred characters, as much as all else that
 * the edge state has of a page; these many of them tell what most pages of a large site have in common.
 */
const MOST_SKETCHES = 5000;
const MOST_BYTES = 4_194_304;
const TEXT = /(?:\/|\.(?:html?|xml|json|txt|md|svg|css|m?js|webmanifest))$/i;

/** Reads the planned pages once more, to say why they are planned and to sketch what they are now. */
export function explainPlan(
  plan: Plan,
  state: EdgeState | undefined,
  options: ExplainOptions,
): ExplainedPlan {
  const { base, pathInBuild } = options;
  const collector = createCollector(options, Date.now());
  const sketches = new Map<string, string>();
  const total = plan.pages.length + plan.unchanged;
  const explained = function* (): Iterable<ExplainedPage> {
    for (const page of plan.pages) {
      const { path } = page;
      const file = fileOf(pathInBuild?.get(path) ?? path, base);
      const text = isSketched(page, total) ? textOf(collector.content(file)) : undefined;
      if (text !== undefined) sketches.set(path, sketchOf(text));
      yield { page, held: state?.pages.get(path), text };
    }
  };
  const why = explainPages(explained());
  return { plan: withSketches(plan, sketches), why };
}

/** Of what is too large for a page no sketch is worth its time. */
function textOf(content: Buffer): string | undefined {
  return content.length > MOST_BYTES ? undefined : content.toString('utf8');
}

function withSketches(plan: Plan, sketches: ReadonlyMap<string, string>): Plan {
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
