import type { PlannedCall, Receipt } from '@freshtag/core';

/** Of the planned calls those parts that no receipt tells of, in order. */
export function openCalls(
  planned: readonly PlannedCall[],
  receipts: readonly Receipt[],
): PlannedCall[] {
  const told = new Map<string, Set<string>>();
  for (const { domain, tags } of receipts) {
    const ofDomain = told.get(domain) ?? new Set();
    told.set(domain, ofDomain);
    for (const tag of tags) ofDomain.add(tag);
  }
  return planned.flatMap((call) => {
    const tags = call.tags.filter((tag) => told.get(call.domain)?.has(tag) !== true);
    return tags.length === 0 ? [] : [{ ...call, tags }];
  });
}
