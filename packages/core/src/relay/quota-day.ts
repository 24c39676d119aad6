const DAY_MS = 86_400_000;
/** The cloud's clock and ours are two, and a reset takes its time. */
const MARGIN_MS = 60_000;

/**
 * How long until the quota's next day has begun.
 * @param timeZone an IANA name; in which zone DCDN counts its days is undocumented
 */
export function untilQuotaDayMs(nowMs: number, timeZone: string): number {
  const today = dayOf(nowMs, timeZone);
  let earliest = nowMs;
  // A day has 23 to 25 hours where clocks are put back and forth.
  let latest = nowMs + DAY_MS + 3_600_000;
  while (latest - earliest > 1000) {
    const middle = Math.floor((earliest + latest) / 2);
    if (dayOf(middle, timeZone) === today) earliest = middle;
    else latest = middle;
  }
  return latest - nowMs + MARGIN_MS;
}

/** When the quota's day that it is now has begun, in milliseconds since 1970, to a second. */
export function quotaDayStartMs(nowMs: number, timeZone: string): number {
  const today = dayOf(nowMs, timeZone);
  let before = nowMs - DAY_MS - 3_600_000;
  let within = nowMs;
  while (within - before > 1000) {
    const middle = Math.floor((before + within) / 2);
    if (dayOf(middle, timeZone) === today) within = middle;
    else before = middle;
  }
  return within;
}

function dayOf(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(atMs);
}
