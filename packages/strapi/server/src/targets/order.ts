import { invalidOption } from '@freshtag/core';

import type { Target } from '../config.ts';

/**
 * That each target waits only for others that there are, and none for itself.
 * @throws FreshtagError `INVALID_OPTION`
 */
export function checkTargetOrder(targets: Readonly<Record<string, Target>>): void {
  for (const [name, target] of Object.entries(targets)) {
    for (const before of namesBefore(target)) {
      if (!Object.hasOwn(targets, before))
        throw invalidOption(`targets.${name}.after`, before, namesOf(targets));
      if (isBefore(targets, name, before, new Set()))
        throw invalidOption(`targets.${name}.after`, before, 'an order without a circle');
    }
  }
}

/** The names of the targets that one waits for. */
export function namesBefore({ after = [] }: Target): readonly string[] {
  return typeof after === 'string' ? [after] : after;
}

function isBefore(
  targets: Readonly<Record<string, Target>>,
  name: string,
  start: string,
  seen: Set<string>,
): boolean {
  if (start === name) return true;
  const target = targets[start];
  if (seen.has(start) || target === undefined) return false;
  seen.add(start);
  return namesBefore(target).some((before) => isBefore(targets, name, before, seen));
}

function namesOf(targets: Readonly<Record<string, Target>>): string {
  return `the name of another target: ${Object.keys(targets).join(', ')}`;
}
