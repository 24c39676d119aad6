import { useFetchClient, useNotification } from '@strapi/strapi/admin';
import { useCallback, useEffect, useState } from 'react';
import { useHref } from 'react-router-dom';

import type { RefreshPreview, RefreshRequest } from '../../../contract/admin-api.ts';
import { failureOf, type ApiFailure } from '../api/problems.ts';
import { historyPath } from './paths.ts';
import { useTexts } from '../translations/texts.ts';

export interface Refresh {
  readonly preview: RefreshPreview | undefined;
  readonly failure: ApiFailure | undefined;
  readonly isRunning: boolean;
  /** Asks for the preview anew. */
  readonly askAgain: () => void;
  /**
   * @param confirm what was typed, for a refresh of everything
   * @returns whether it has begun; if so, the reader was told
   */
  readonly begin: (confirm: string) => Promise<boolean>;
}

/** Asks what a refresh would be, and begins it. */
export function useRefresh(request: RefreshRequest): Refresh {
  const say = useTexts();
  // Strapi makes a plain link of it.
  const historyUrl = useHref(historyPath());
  const { post } = useFetchClient();
  const { toggleNotification } = useNotification();
  const [preview, setPreview] = useState<RefreshPreview>();
  const [failure, setFailure] = useState<ApiFailure>();
  const [isRunning, setRunning] = useState(false);
  const [round, setRound] = useState(0);
  // By what it says: it is made anew whenever the page beside is drawn.
  const body = JSON.stringify(request);
  useEffect(() => {
    const stopping = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const { signal } = stopping;
        const { data } = await post<RefreshPreview>('/freshtag/preview', JSON.parse(body), {
          signal,
        });
        setPreview(data);
        setFailure(undefined);
      } catch (error) {
        if (!stopping.signal.aborted) setFailure(failureOf(error));
      }
    };
    void ask();
    return () => stopping.abort();
  }, [body, post, round]);
  const begin = async (confirm: string): Promise<boolean> => {
    setRunning(true);
    try {
      const sent = 'all' in request ? { ...request, confirm } : request;
      const { data } = await post<RefreshPreview>('/freshtag/refresh', sent);
      toggleNotification({
        type: 'success',
        message: say('refresh.begun', { tags: data.tags }),
        link: { label: say('history.title'), url: historyUrl },
      });
      return true;
    } catch (error) {
      setFailure(failureOf(error));
      return false;
    } finally {
      setRunning(false);
    }
  };
  const askAgain = useCallback(() => setRound((last) => last + 1), []);
  return { preview, failure, isRunning, askAgain, begin };
}
