import { InvalidArgumentError } from 'commander';

/** Reads a whole number within a range, for commander. */
export function wholeNumber(
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    const range =
      maximum === Number.MAX_SAFE_INTEGER ? `${minimum} or more` : `${minimum} to ${maximum}`;
    throw new InvalidArgumentError(`Give a whole number, ${range}.`);
  };
}

/** Gathers an option that may be given several times, for commander. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
