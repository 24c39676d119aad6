import { useEffect, useState } from 'react';

import type { EntrySearch } from '../../../../contract/admin-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { foundEntries, type FoundEntries } from './choosing.ts';

/** How long the reader rests before Strapi is asked. */
const REST_MS = 250;

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
  return foundEntries(typed, rested, answer);
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
