import type { Report } from './events.ts';
import { isTag } from '../tags/grammar.ts';
import type { ClaimedRow, Waiting } from './outbox.ts';
import { packWork, type PackOptions, type RowCall, type Work } from './unite.ts';
import type { WindowOptions } from './window.ts';

/**
 * What to do when rows need more calls than there may be. Off unless given. Each step is taken only
 * when the ones before do not suffice, and is reported with its cost: rows wait longer, so that more of
 * them ask for the same; then coarser tags, then whole directories, which refresh more than has changed.
 */
export interface LadderOptions {
  /**
   * Most calls that the rows of one window may take in one pass, for one domain; those with force and
   * those without are counted apart.
   */
  readonly maxCalls: number;
  /** How long rows gather when they would need more, in milliseconds. Default 60,000. */
  readonly maxWindowMs?: number;
  /** The tag that is on every response that has this one; `undefined` where there is none. */
  readonly coarser?: (tag: string) => string | undefined;
  /** URL paths of directories under which everything is, such as `['/']`. Without them no such step. */
  readonly directories?: readonly string[];
}

const DEFAULT_MAX_WINDOW_MS = 60_000;

/** The first steps: to wait, for longer than usual. */
export function widenWindow(
  waiting: Waiting,
  window: WindowOptions,
  ladder: LadderOptions | undefined,
  maxTagsPerCall: number,
): WindowOptions {
  if (ladder === undefined || waiting.rows <= ladder.maxCalls * maxTagsPerCall) return window;
  const wideMs = Math.max(window.maxMs, ladder.maxWindowMs ?? DEFAULT_MAX_WINDOW_MS);
  return { idleMs: wideMs, maxMs: wideMs };
}

/** The last steps: coarser tags, then directories. */
export function climbDown(
  work: Work,
  calls: readonly RowCall[],
  {
    ladder,
    packing,
    report,
  }: {
    readonly ladder: LadderOptions | undefined;
    readonly packing: PackOptions;
    readonly report: Report;
  },
): readonly RowCall[] {
  if (ladder === undefined || calls.length <= ladder.maxCalls) return calls;
  const { domain, force, rowsByTag } = work;
  const from = `${rowsByTag.size} tags in ${calls.length} calls`;
  const coarse = coarsen(work, ladder);
  const fewer = packWork(coarse, packing);
  if (fewer.length <= ladder.maxCalls || ladder.directories === undefined) {
    if (fewer.length >= calls.length) return calls;
    const cost = `${from} became ${coarse.rowsByTag.size} in ${fewer.length}, which are on pages that have not changed too`;
    report({ type: 'degraded', step: 'coarser-tags', domain, cost });
    return fewer;
  }
  const { directories } = ladder;
  const cost = `${from} became everything under ${directories.join(', ')} in 1`;
  report({ type: 'degraded', step: 'directories', domain, cost });
  const rows = [...rowsByTag.values()].flat().map((row) => ({ row, needs: [] }));
  return [{ domain, force, tags: [], directories, rows }];
}

/** Of a function that throws or makes no tag, the tag itself is kept. */
function coarserOf(tag: string, { coarser }: LadderOptions): string {
  try {
    const wanted = coarser?.(tag);
    return typeof wanted === 'string' && isTag(wanted) ? wanted : tag;
  } catch {
    return tag;
  }
}

function coarsen({ domain, force, rowsByTag }: Work, ladder: LadderOptions): Work {
  const united = new Map<string, ClaimedRow[]>();
  for (const [tag, rows] of rowsByTag) {
    const wanted = coarserOf(tag, ladder);
    const same = united.get(wanted);
    if (same === undefined) united.set(wanted, [...rows]);
    else for (const row of rows) same.push(row);
  }
  return { domain, force, rowsByTag: united };
}
