/** What was committed together, and when, in milliseconds since 1970. */
export interface Committed {
  readonly at: number;
  readonly tags: readonly string[];
}

export interface WindowLimits {
  readonly idleMs: number;
  readonly maxMs: number;
  readonly maxTagsPerCall: number;
}

/**
 * The fewest calls that carry what was committed: windows close as documented, and in each of them every
 * tag, and the overflow tag of each type, is sent once. Knows nothing of the relay.
 */
export function fewestCalls(
  log: readonly Committed[],
  { idleMs, maxMs, maxTagsPerCall }: WindowLimits,
): { readonly windows: number; readonly calls: number } {
  const windows: { readonly fromMs: number; lastMs: number; readonly tags: Set<string> }[] = [];
  for (const { at, tags } of log.toSorted((a, b) => a.at - b.at)) {
    let open = windows.at(-1);
    if (open === undefined || at >= open.fromMs + maxMs || at >= open.lastMs + idleMs) {
      open = { fromMs: at, lastMs: at, tags: new Set() };
      windows.push(open);
    }
    open.lastMs = at;
    for (const tag of tags) open.tags.add(tag).add(`${tag.slice(0, tag.indexOf(':'))}:*`);
  }
  const calls = windows.map(({ tags }) => Math.ceil(tags.size / maxTagsPerCall));
  return { windows: windows.length, calls: calls.reduce((sum, count) => sum + count, 0) };
}
