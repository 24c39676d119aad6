import { useEffect } from 'react';

const listeners = new Set<() => void>();

/** Tells everything on the page that shows how far entries are. */
export function announceRefresh(): void {
  for (const listener of listeners) listener();
}

/** @param onBegun called when the reader has begun a refresh anywhere on the page; the same in every draw */
export function useRefreshBegun(onBegun: () => void): void {
  useEffect(() => {
    listeners.add(onBegun);
    return () => {
      listeners.delete(onBegun);
    };
  }, [onBegun]);
}
