import { invalidOption } from '@freshtag/core';

/** @throws FreshtagError `INVALID_OPTION` */
export function readWholeNumber(
  option: string,
  value: unknown,
  { min, max = Number.MAX_SAFE_INTEGER }: { readonly min: number; readonly max?: number },
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
    return value;
  const most = max === Number.MAX_SAFE_INTEGER ? 'or more' : `to ${max}`;
  throw invalidOption(option, value, `a whole number, ${min} ${most}`);
}

/** @throws FreshtagError `INVALID_OPTION` */
export function readDelay(option: string, delayMs: unknown): number {
  if (typeof delayMs === 'number' && Number.isFinite(delayMs) && delayMs >= 0) return delayMs;
  throw invalidOption(option, delayMs, 'milliseconds, 0 or more');
}

/** What an object has of its own; nothing if it is none. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
