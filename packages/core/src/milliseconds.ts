import { invalidOption } from './errors.ts';

/** A longer timer would fire at once. */
const MOST = 2 ** 31 - 1;

/**
 * @returns the value
 * @throws FreshtagError `INVALID_OPTION` for anything but a whole number of milliseconds that a timer can wait
 */
export function checkMilliseconds(
  option: string,
  value: number,
  { least = 0, or = '' }: { readonly least?: number; readonly or?: string } = {},
): number {
  if (Number.isInteger(value) && value >= least && value <= MOST) return value;
  throw invalidOption(option, value, `a whole number of milliseconds, ${least} to ${MOST}${or}`);
}
