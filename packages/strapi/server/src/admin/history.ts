import type { HistoryQuery, RowState } from '@freshtag/core/relay';
import { errors } from '@strapi/utils';

import {
  RIGHTS,
  type Change,
  type ChangeDetail,
  type HistoryFilter,
  type HistoryPage,
  type RefreshState,
} from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import {
  callsOfRows,
  isStuck,
  rowsOfChange,
  tagsOfRows,
  targetStates,
  type ChangeRows,
} from './changes.ts';
import { entryOf, findChanges, keepVisible, readChanges, showChanges } from './read-changes.ts';
import type { Reader } from './reader.ts';
import type { HistoryRequest } from './request.ts';
import { progressOfRow, worstOf } from './row-state.ts';
import { showProblem } from './show-problem.ts';
import { meaningOfTag } from './tag-meaning.ts';
import { lookAtTags } from './tag-sight.ts';

/** How often it is looked for more, before a page is given that is not full. */
const MOST_LOOKS = 5;
/** A look is for so many times more than the page can have, at most. */
const MOST_GROWTH = 4;
/** Most rows of a change that are shown: it is asked for every few seconds. */
const MOST_ROWS = 200;

/**
 * What one row of a change is at least for it to be so far. What most changes are has no index, and is found
 * among the newest.
 */
const ROWS_OF_STATE: Readonly<Record<RefreshState, readonly RowFilter[]>> = {
  waiting: [{ state: 'waiting', hasProblem: false }],
  quota: [...inState(['waiting', 'passing', 'completing'], true)],
  retrying: [...inState(['waiting', 'passing', 'completing'], true)],
  failed: [{ state: 'parked' }],
  accepted: [...inState(['passing', 'completing'], false)],
  complete: [{}],
  settled: [{}],
  live: [{}],
  stale: [{ verified: false }],
  discarded: [{ state: 'discarded' }],
};

type RowFilter = Pick<HistoryQuery, 'state' | 'hasProblem' | 'verified'>;

function inState(states: readonly RowState[], hasProblem: boolean): readonly RowFilter[] {
  return states.map((state) => ({ state, hasProblem }));
}

export async function historyPage(
  instance: Instance,
  reader: Reader,
  { cursor: begin, limit, ...filter }: HistoryRequest,
): Promise<HistoryPage> {
  if (!(await maySearch(instance, reader, filter))) return { changes: [] };
  const found: ChangeRows[] = [];
  let before = begin;
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const count = (limit + 1) * Math.min(2 ** looks, MOST_GROWTH);
    const ids = await findAny(instance, filter, { before, limit: count });
    const changes = await readChanges(instance, ids);
    const meant = changes.filter((change) => isMeant(reader, change, filter));
    found.push(...(await keepVisible(reader, meant)));
    before = ids.at(-1);
    if (ids.length < count) before = undefined;
    if (before === undefined || found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const cursor = found.length > limit ? page.at(-1)?.id : before;
  return {
    changes: await showChanges(instance, reader, page),
    ...(cursor !== undefined && { cursor }),
  };
}

/** Whether the reader may know what there is of what the filter names. */
async function maySearch(
  instance: Instance,
  reader: Reader,
  { uid, documentId, tag }: HistoryFilter,
): Promise<boolean> {
  if (uid !== undefined && !reader.mayRead(uid)) return false;
  if (documentId !== undefined) {
    if (uid === undefined) return false;
    const entry = { uid, documentId };
    if ((await reader.name([entry]))(entry) === undefined) return false;
  }
  if (tag === undefined) return true;
  const isOfType = meaningOfTag(instance.names.types, tag).uid !== undefined;
  return !isOfType || (await lookAtTags(instance, reader, [tag])).sees(tag, false);
}

/** The newest changes of which a row may fulfil the filter. */
async function findAny(
  instance: Instance,
  { uid, documentId, tag, actor, state, sinceMs, untilMs }: HistoryFilter,
  page: { readonly before: string | undefined; readonly limit: number },
): Promise<readonly string[]> {
  const listTag = uid === undefined ? undefined : instance.names.tagsOfList(uid)[0];
  const query: HistoryQuery = {
    ...(actor !== undefined && { actor }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(tag !== undefined && { tag }),
    ...(uid !== undefined && documentId !== undefined && { subject: `${uid}:${documentId}` }),
    // Each change of an entry refreshes the lists of its type.
    ...(tag === undefined && documentId === undefined && listTag !== undefined && { tag: listTag }),
  };
  if (state === undefined) return findChanges(instance, query, page);
  const found = new Set<string>();
  for (const rows of ROWS_OF_STATE[state])
    for (const id of await findChanges(instance, { ...query, ...rows }, page)) found.add(id);
  return [...found].sort().toReversed().slice(0, page.limit);
}

/** Of what was found by one of its rows: whether the whole change is what was asked for. */
function isMeant(reader: Reader, change: ChangeRows, { uid, state }: HistoryFilter): boolean {
  const [first] = rowsOfChange(change);
  if (uid !== undefined && !`${first?.subject}:`.startsWith(`${uid}:`)) return false;
  return (
    state === undefined ||
    worstOf(targetStates(change, reader.localeTags(entryOf(change))))?.state === state
  );
}

/** @throws NotFoundError for a change that there is not, or of an entry that the reader may not see */
export async function changeDetail(
  instance: Instance,
  reader: Reader,
  id: string,
): Promise<ChangeDetail> {
  const [rows] = await keepVisible(reader, await readChanges(instance, [id]));
  if (rows === undefined) throw new errors.NotFoundError();
  const [change] = await showChanges(instance, reader, [rows]);
  if (change === undefined) throw new errors.NotFoundError();
  return { ...change, ...(await detailsOf(instance, reader, rows)) };
}

async function detailsOf(
  instance: Instance,
  reader: Reader,
  change: ChangeRows,
): Promise<Omit<ChangeDetail, keyof Change>> {
  const sight = await lookAtTags(instance, reader, tagsOfRows(change));
  const all = rowsOfChange(change);
  const seen = all.filter(({ tag }) => sight.sees(tag, true));
  const may = reader.may(RIGHTS.refreshTags);
  const states = targetStates(change, reader.localeTags(entryOf(change))).map((each) => ({
    ...each,
    problem: showProblem(each.problem, { isAll: reader.mayReadEverything(), isOwn: true }),
  }));
  return {
    targetStates: states,
    calls: callsOfRows(all),
    rows: seen
      .slice(0, MOST_ROWS)
      .map((row) => ({ tag: row.tag, domain: row.domain, state: progressOfRow(row).state })),
    rowTotal: seen.length,
    mayRetry: may && isStuck(change),
    mayDiscard: may && all.some((row) => progressOfRow(row).state === 'failed'),
  };
}
