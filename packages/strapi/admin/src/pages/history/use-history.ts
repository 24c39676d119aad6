import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import type { Change, HistoryPage } from '../../../../contract/admin-api.ts';
import { mayStay } from '../../api/asked.ts';
import type { ApiFailure } from '../../api/problems.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { isOnItsWay } from '../on-its-way.ts';
import { queryOfHistory, type Filters } from './filters.ts';
import { keepPlace } from './keep-place.ts';

const PAGE_SIZE = 25;
const MOVING_MS = 3_000;
const RESTING_MS = 10_000;

export interface History {
  /** `undefined` until something was answered. Those of the page before until this one is answered. */
  readonly changes: readonly Change[] | undefined;
  /** Cursor of the next page. */
  readonly next: string | undefined;
  readonly failure: ApiFailure | undefined;
  /** What is shown is of another page, or of other filters. */
  readonly isBusy: boolean;
  readonly hasNewer: boolean;
  readonly showNewest: () => void;
  readonly askAgain: () => void;
  /** Query of the filters, for the export. */
  readonly query: string;
}

interface Page extends HistoryPage {
  readonly path: string;
  readonly hasNewer: boolean;
}

/** One page of the history. The first moves by itself. */
export function useHistory(
  filters: Filters,
  cursor: string | undefined,
  isBeingRead: () => boolean,
): History {
  // The start of `last hour` is fixed when it is chosen: rows do not vanish while they are looked at.
  const query = useMemo(() => queryOfHistory(filters, Date.now()).toString(), [filters]);
  const path = pathOf(query, cursor);
  const isFirst = cursor === undefined;
  const answer = useAnswer<HistoryPage>(path, (data) => (isFirst ? pause(data) : undefined));
  const [page, setPage] = useState<Page>();
  const reading = useRef(isBeingRead);
  reading.current = isBeingRead;
  const { data, failure } = answer;
  useEffect(() => {
    if (failure !== undefined && !mayStay(failure)) setPage(undefined);
    if (data === undefined) return;
    setPage((last) => {
      const shown = last?.path === path ? last.changes : [];
      const kept = keepPlace(shown, data.changes, reading.current());
      return { ...kept, path, cursor: kept.hasNewer ? last?.cursor : data.cursor };
    });
  }, [data, failure, path]);
  const showNewest = useCallback(() => {
    if (data !== undefined) setPage({ ...data, path, hasNewer: false });
  }, [data, path]);
  const isCurrent = page?.path === path;
  return {
    changes: page?.changes,
    next: isCurrent ? page.cursor : undefined,
    failure,
    isBusy: !isCurrent,
    hasNewer: isCurrent && page.hasNewer,
    showNewest,
    askAgain: answer.askAgain,
    query,
  };
}

function pathOf(query: string, cursor: string | undefined): string {
  const asked = new URLSearchParams(query);
  asked.set('limit', String(PAGE_SIZE));
  if (cursor !== undefined) asked.set('cursor', cursor);
  return `/freshtag/history?${asked}`;
}

function pause(page: HistoryPage): number {
  return page.changes.some(({ state }) => isOnItsWay(state)) ? MOVING_MS : RESTING_MS;
}
