const TIME_DIGITS = 9;
const COUNT_DIGITS = 3;
const RANDOM_DIGITS = 6;
const MOST_IN_ONE_MS = 36 ** COUNT_DIGITS;

let last = { atMs: 0, count: 0 };

/**
 * A name for a change that nobody else makes. Later ones are higher as texts: all of one process, and
 * those of several as far as their clocks agree.
 */
export function newChange(): string {
  const nowMs = Date.now();
  const isLater = nowMs > last.atMs;
  const isFull = last.count + 1 === MOST_IN_ONE_MS;
  if (isLater) last = { atMs: nowMs, count: 0 };
  else last = isFull ? { atMs: last.atMs + 1, count: 0 } : { ...last, count: last.count + 1 };
  const random = Math.floor(Math.random() * 36 ** RANDOM_DIGITS);
  return [
    digits(last.atMs, TIME_DIGITS),
    digits(last.count, COUNT_DIGITS),
    digits(random, RANDOM_DIGITS),
  ].join('');
}

/** What names of changes begin with that were made then. */
export function changesOf(atMs: number): string {
  return digits(Math.max(0, Math.trunc(atMs)), TIME_DIGITS);
}

function digits(value: number, length: number): string {
  return value.toString(36).padStart(length, '0');
}
