import { useCallback, useEffect, useRef } from 'react';

import type { EntryReference, EntryStatus } from '../../../contract/admin-api.ts';
import { useRefreshBegun } from '../api/refresh-begun.ts';
import { useAnswer, type Answer } from '../api/use-answer.ts';
import type { LoadedDocument } from '../content-manager.ts';
import { pollDelayMs } from './progress.ts';

/**
 * How far an entry is, moving by itself.
 * @param entry left out: nothing is asked
 * @param document as the content manager has it: when it changes, something was saved or published here
 */
export function useEntryStatus(
  entry: EntryReference | undefined,
  document: LoadedDocument | undefined,
): Answer<EntryStatus> {
  const changedAtMs = useRef(Number.NEGATIVE_INFINITY);
  const moved = useRef({ to: '', atMs: Date.now() });
  const pace = (data: EntryStatus): number | undefined => {
    const nowMs = Date.now();
    const to = `${data.kind} ${data.state}`;
    if (moved.current.to !== to) moved.current = { to, atMs: nowMs };
    return pollDelayMs(data, {
      sinceChange: nowMs - changedAtMs.current,
      sinceMove: nowMs - moved.current.atMs,
    });
  };
  const answer = useAnswer<EntryStatus>(pathOf(entry), pace);
  const { askAgain } = answer;
  const askSoon = useCallback(() => {
    changedAtMs.current = Date.now();
    askAgain();
  }, [askAgain]);
  useRefreshBegun(askSoon);
  const version = versionOf(document);
  const lastVersion = useRef(version);
  useEffect(() => {
    if (lastVersion.current === version) return;
    lastVersion.current = version;
    askSoon();
  }, [version, askSoon]);
  return answer;
}

function pathOf(entry: EntryReference | undefined): string | undefined {
  if (entry === undefined) return undefined;
  const path = [entry.uid, entry.documentId].map(encodeURIComponent).join('/');
  const query = entry.locale === undefined ? '' : `?locale=${encodeURIComponent(entry.locale)}`;
  return `/freshtag/entries/${path}${query}`;
}

function versionOf(document: LoadedDocument | undefined): string {
  return JSON.stringify([document?.['updatedAt'], document?.publishedAt, document?.['status']]);
}
