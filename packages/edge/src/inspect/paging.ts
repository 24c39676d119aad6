import { readWholeNumber } from '../option-values.ts';

/** Which part of a list is wanted. */
export interface Paging {
  /** Default 0. */
  readonly offset?: number | undefined;
  /** Default 100, at most 1000. */
  readonly limit?: number | undefined;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** @throws FreshtagError `INVALID_OPTION` */
export function readPaging({ offset, limit }: Paging): {
  readonly offset: number;
  readonly end: number;
} {
  const first = readWholeNumber('offset', offset ?? 0, { min: 0 });
  const most = readWholeNumber('limit', limit ?? DEFAULT_LIMIT, { min: 1, max: MAX_LIMIT });
  return { offset: first, end: first + most };
}
