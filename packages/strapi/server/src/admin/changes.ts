import type { HistoryEntry } from '@freshtag/core/relay';

import type {
  Actor,
  Change,
  ChangeCall,
  NamedEntry,
  TargetState,
} from '../../../contract/admin-api.ts';
import type { Stage } from '../outbox/stages.ts';
import { showProblem, type ProblemSight } from './show-problem.ts';
import { progressOfRow, progressOfRows, worstOf } from './row-state.ts';

/** All that is in the tables of one change. */
export interface ChangeRows {
  readonly id: string;
  /** Each with the stage that it is of; of a stage in the order in which they were appended. */
  readonly parts: readonly ChangePart[];
}

export interface ChangePart {
  readonly stage: Stage;
  readonly rows: readonly HistoryEntry[];
}

/** What only the reader's rights and the accounts can tell of a change. */
export interface ChangeSight extends ProblemSight {
  readonly entry: NamedEntry | undefined;
  readonly actor: Actor;
  readonly tags: readonly string[];
  readonly localeTags: ReadonlySet<string>;
}

const MOST_TAGS = 20;

export function rowsOfChange({ parts }: ChangeRows): readonly HistoryEntry[] {
  return parts.flatMap(({ rows }) => rows);
}

/** Its different tags, in the order in which they were appended. */
export function tagsOfRows(change: ChangeRows): readonly string[] {
  return [...new Set(rowsOfChange(change).map(({ tag }) => tag))];
}

export function toChange(
  change: ChangeRows,
  { entry, actor, tags, localeTags, isAll, isOwn }: ChangeSight,
): Change {
  const rows = rowsOfChange(change);
  const targets = targetStates(change, localeTags);
  const worst = worstOf(targets);
  const first = rows[0];
  const committedAtMs = Math.min(...rows.map(({ appendedAtMs }) => appendedAtMs));
  return {
    id: change.id,
    entry,
    actor,
    reason: first?.reason ?? '',
    tags: tags.slice(0, MOST_TAGS),
    tagTotal: tags.length,
    targets: targets.map(({ target }) => target),
    state: worst?.state ?? 'discarded',
    problem: showProblem(worst?.problem, { isAll, isOwn }),
    committedAtMs,
    ...timesOf(rows, worst?.state),
  };
}

/** When the last of the rows was accepted, complete and verified: not before all of them are, at all targets. */
function timesOf(
  rows: readonly HistoryEntry[],
  worst: Change['state'] | undefined,
): Pick<Change, 'acceptedAtMs' | 'completeAtMs' | 'verifiedAtMs'> {
  const accepted = rows.map(({ batch }) => batch?.calls[0]?.atMs);
  const complete = rows.map(({ state, batch }) =>
    state === 'complete' || state === 'settled'
      ? Math.max(0, ...(batch?.calls ?? []).map(({ atMs, waitedMs }) => atMs + waitedMs))
      : undefined,
  );
  const verified = rows.flatMap(({ probe }) => (probe?.verified === true ? probe.atMs : []));
  return {
    acceptedAtMs: lastOf(accepted),
    completeAtMs: lastOf(complete),
    verifiedAtMs: worst === 'live' ? lastOf(verified) : undefined,
  };
}

function lastOf(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length < times.length || known.length === 0 ? undefined : Math.max(...known);
}

/**
 * One for each target that it is refreshed for.
 * @param localeTags of its document, one for each locale
 */
export function targetStates(
  { parts }: ChangeRows,
  localeTags: ReadonlySet<string>,
): readonly TargetState[] {
  return parts.flatMap(({ stage: { kind, domainsOfTarget, domains: known }, rows }) => {
    const others = rows.flatMap(({ domain }) => (known.includes(domain) ? [] : domain));
    // The configuration may have changed: then a domain stands for itself.
    const former = [...new Set(others)].map((domain) => [domain, [domain]] as const);
    return [...domainsOfTarget, ...former].flatMap(([target, domains]): TargetState[] => {
      const own = rows.filter(({ domain }) => domains.includes(domain));
      const progress = progressOfRows(own, localeTags);
      return progress === undefined ? [] : [{ target, kind, ...progress }];
    });
  });
}

/** The calls of all its batches, oldest first. */
export function callsOfRows(rows: readonly HistoryEntry[]): readonly ChangeCall[] {
  const batches = new Map(rows.map((row) => [row.batch?.id ?? '', row]));
  return [...batches.values()]
    .flatMap(({ domain, batch }) =>
      (batch?.calls ?? []).map(({ pass, atMs, requestId, taskIds, ending }): ChangeCall => ({
        domain,
        pass,
        atMs,
        requestId,
        taskIds,
        ending,
      })),
    )
    .sort((one, other) => one.atMs - other.atMs);
}

/** Whether something of it waits for a person. */
export function isStuck(change: ChangeRows): boolean {
  return rowsOfChange(change).some((row) =>
    ['failed', 'quota', 'retrying'].includes(progressOfRow(row).state),
  );
}
