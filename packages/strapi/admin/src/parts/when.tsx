import type { ReactElement } from 'react';

import { useTimes } from './times.ts';

/**
 * A time; how long ago it was is in its title.
 * @param props.atMs in milliseconds since 1970
 */
export function When({
  atMs,
  format = 'short',
}: {
  readonly atMs: number;
  readonly format?: 'short' | 'full';
}): ReactElement {
  const times = useTimes();
  return (
    <time dateTime={new Date(atMs).toISOString()} title={times.ago(atMs)}>
      {times[format](atMs)}
    </time>
  );
}
