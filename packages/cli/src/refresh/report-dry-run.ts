import type { PlannedCall } from '@freshtag/core';

import type { Outcome } from '../outcome.ts';
import { count, formatTable } from '../table.ts';

const MOST_LISTED = 20;

/** The calls that would be made. */
export function describeDryRun(calls: readonly PlannedCall[]): Outcome {
  const tags = calls.reduce((sum, call) => sum + call.tags.length, 0);
  return { result: { dryRun: true, tags, calls }, lines: linesOf(calls, tags) };
}

function* linesOf(calls: readonly PlannedCall[], tags: number): Iterable<string> {
  const listed = calls.slice(0, MOST_LISTED).map((call, index) => [
    `call ${index + 1}`,
    call.domain,
    count(call.tags.length, 'tag'),
    // More than a line's worth is cut off anyway.
    call.tags.slice(0, 10).join(', '),
  ]);
  yield* formatTable(listed, [12, 30]);
  const more = calls.length - listed.length;
  if (more > 0) yield `… and ${count(more, 'call')} more; --json lists all`;
  yield `${count(tags, 'tag')} in ${count(calls.length, 'call')}; nothing was sent`;
}
