import { useEffect, useState } from 'react';

import type { EntrySearch, NamedEntry } from '../../../../contract/admin-api.ts';
import type { ApiFailure } from '../../api/problems.ts';
import { useAnswer } from '../../api/use-answer.ts';

/** How long the reader rests before Strapi is asked. */
const REST_MS = 250;

export interface FoundEntries {
  readonly entries: readonly NamedEntry[];
  readonly isLoading: boolean;
  readonly failure: ApiFailure | undefined;
}

/**
 * @param typed `undefined` asks nothing
 * @param uid of the type, if it is to be one
 */
export function useEntries(typed: string | undefined, uid: string | undefined): FoundEntries {
  const rested = useRested(typed);
  const asked = new URLSearchParams({ search: rested?.trim() ?? '', ...(uid && { uid }) });
  const answer = useAnswer<EntrySearch>(
    rested === undefined ? undefined : `/freshtag/entries?${asked}`,
  );
  return {
    entries: typed === undefined ? [] : (answer.data?.entries ?? []),
    isLoading: typed !== rested || answer.isLoading,
    failure: answer.failure,
  };
}

/** What was typed, when the reader rests; at once when it begins or ends. */
function useRested(typed: string | undefined): string | undefined {
  const [rested, setRested] = useState(typed);
  const isOpen = typed !== undefined;
  useEffect(() => {
    if (!isOpen) setRested(undefined);
    const timer = window.setTimeout(() => setRested(typed), REST_MS);
    return () => window.clearTimeout(timer);
  }, [typed, isOpen]);
  return rested;
}
