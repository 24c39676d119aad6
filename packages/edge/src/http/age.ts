import { parseSeconds } from './cache-control.ts';
import { headerOf, type HeaderList } from './header-list.ts';

/** When an exchange with the origin took place, by the wall clock. */
export interface ExchangeTimes {
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

/**
 * Age of a response when it arrived. An `Age` that cannot be read makes it infinitely old, as the
 * public cache tests ask.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.2.3
 */
export function initialAgeMs(
  headers: HeaderList,
  { askedAtMs, answeredAtMs }: ExchangeTimes,
): number {
  const age = headerOf(headers, 'age');
  const ageSeconds = age === undefined ? 0 : (parseSeconds(age) ?? Infinity);
  const dateMs = parseDate(headerOf(headers, 'date')) ?? answeredAtMs;
  const apparentMs = Math.max(0, answeredAtMs - dateMs);
  // A date has whole seconds: a response is not a second old because it was made late in one.
  const apparentAgeMs = apparentMs < 1000 ? 0 : apparentMs;
  return Math.max(apparentAgeMs, ageSeconds * 1000 + (answeredAtMs - askedAtMs));
}

/** Milliseconds since the epoch of an HTTP date. `undefined` for all else, `0` and `-1` too. */
export function parseDate(value: string | undefined): number | undefined {
  if (value === undefined || !/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/i.test(value)) return undefined;
  const dateMs = Date.parse(value);
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
