import { useFetchClient } from '@strapi/strapi/admin';
import { useCallback, useEffect, useRef, useState } from 'react';

import { failedAfter, type Asked } from './asked.ts';
import { paceOfFailure } from './pace.ts';
import type { ApiFailure } from './problems.ts';

export interface Answer<T> {
  /** The newest; kept while it is asked again, and when that fails unless it is gone or not for the reader. */
  readonly data: T | undefined;
  /** Of the last question. */
  readonly failure: ApiFailure | undefined;
  readonly isLoading: boolean;
  readonly askAgain: () => void;
}

/** In how many milliseconds to ask again, by the answer; `undefined`: not by itself. */
export type Pace<T> = (data: T) => number | undefined;

/**
 * Asks Strapi, and again whenever the path changes, at its pace, and when the reader comes back to the
 * window; after a failure, at the pace of failures. Not while nobody sees it.
 * @param path below Strapi's own address; `undefined` asks nothing
 */
export function useAnswer<T>(path: string | undefined, pace: Pace<T> = () => undefined): Answer<T> {
  const { get } = useFetchClient();
  const [asked, setAsked] = useState<Asked<T>>({ path: undefined });
  const [round, setRound] = useState(0);
  const askAgain = useCallback(() => setRound((last) => last + 1), []);
  // The pace may have changed between the question and its answer.
  const latest = useRef({ pace, asked });
  latest.current = { pace, asked };
  useEffect(() => {
    if (path === undefined) return undefined;
    const stopping = new AbortController();
    const { signal } = stopping;
    let timer: number | undefined;
    const askIfSeen = (): void => {
      if (document.visibilityState === 'visible') askAgain();
    };
    const take = (answer: Asked<T>): void => {
      if (signal.aborted) return;
      setAsked(answer);
      const { data, failure } = answer;
      const delayMs = failure ? paceOfFailure(failure) : data && latest.current.pace(data);
      if (delayMs !== undefined) timer = window.setTimeout(askIfSeen, delayMs);
    };
    const ask = async (): Promise<void> => {
      try {
        const { data } = await get<T>(path, { signal });
        take({ path, data });
      } catch (error) {
        take(failedAfter(latest.current.asked, path, error));
      }
    };
    void ask();
    document.addEventListener('visibilitychange', askIfSeen);
    return () => {
      stopping.abort();
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', askIfSeen);
    };
  }, [path, round, get, askAgain]);
  const isCurrent = asked.path === path;
  return {
    data: isCurrent ? asked.data : undefined,
    failure: isCurrent ? asked.failure : undefined,
    isLoading: path !== undefined && !isCurrent,
    askAgain,
  };
}
