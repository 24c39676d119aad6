import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

import { readFilters, writeFilters, type Filters } from './filters.ts';

export interface FiltersInAddress {
  readonly filters: Filters;
  readonly isNarrowed: boolean;
  /** Of the page that is looked at; left out: the newest. */
  readonly cursor: string | undefined;
  /** Takes the place of all filters, and goes to the newest. */
  readonly narrow: (filters: Filters) => void;
}

/** Filters and page as the address has them, so that a link can be shared and the browser goes back. */
export function useFilters(): FiltersInAddress {
  const [query, setQuery] = useSearchParams();
  const filters = useMemo(() => readFilters(query), [query]);
  return {
    filters,
    isNarrowed: Object.keys(filters).length > 0,
    cursor: query.get('cursor') ?? undefined,
    narrow: (next) => setQuery(writeFilters(next)),
  };
}
