import { InvalidArgumentError } from './commander.ts';

/** Longest time that a timer can wait, in milliseconds: 24 days. */
export const LONGEST_DELAY_MS = 2_147_483_647;

/** Reads a whole number within a range, for commander. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Give a whole number, ${minimum} to ${maximum}.`);
  };
}

/** Gathers an option that may be given several times, for commander. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
