import { failureOf, type ApiFailure } from './problems.ts';

/** What became of the last question to Strapi. */
export interface Asked<T> {
  readonly path: string | undefined;
  readonly data?: T | undefined;
  readonly failure?: ApiFailure | undefined;
}

/** What is known once a question has failed: what was answered to it before, if that may still be shown. */
export function failedAfter<T>(last: Asked<T>, path: string, error: unknown): Asked<T> {
  const failure = failureOf(error);
  const isKept = last.path === path && mayStay(failure);
  return { path, data: isKept ? last.data : undefined, failure };
}

/** Whether what is shown may stay: the failure does not say that it is gone, or not for the reader. */
export function mayStay({ kind }: ApiFailure): boolean {
  return kind === 'unreachable' || kind === 'server' || kind === 'session';
}
