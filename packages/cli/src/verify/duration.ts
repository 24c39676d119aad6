import { InvalidArgumentError } from '../commander.ts';
import { LONGEST_DELAY_MS } from '../parse.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads a time as people write it, `90s`, `10m`, `1h`, in milliseconds; for commander. */
export function duration(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,10})(ms|s|m|h)$/.exec(text) ?? [];
  const value = Number(number) * (UNIT_MS[unit] ?? Number.NaN);
  if (value >= 1 && value <= LONGEST_DELAY_MS) return value;
  throw new InvalidArgumentError('Give a number and ms, s, m or h, like 90s or 10m, up to 596h.');
}

/** Reads a time that is over, `2026-11-22T14:03:00Z` or milliseconds since the epoch; for commander. */
export function pastTime(text: string): number {
  const isDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const atMs = isDate ? Date.parse(text) : /^\d{13}$/.test(text) ? Number(text) : Number.NaN;
  if (atMs <= Date.now()) return atMs;
  throw new InvalidArgumentError('Give a time that is over, like 2026-11-22T14:03:00Z.');
}
