import { useIntl } from 'react-intl';

export interface Times {
  /** `14:03` today, `21 Nov, 14:03` before. */
  readonly short: (atMs: number) => string;
  /** With year and seconds. */
  readonly full: (atMs: number) => string;
  /** `3 minutes ago`. */
  readonly ago: (atMs: number) => string;
  /** `3 minutes`. */
  readonly length: (lengthMs: number) => string;
}

/** Times in the reader's language and time zone. */
export function useTimes(): Times {
  const intl = useIntl();
  return {
    short: (atMs) =>
      intl.formatDate(atMs, {
        ...(isToday(atMs, Date.now()) ? {} : { day: 'numeric', month: 'short' }),
        hour: 'numeric',
        minute: '2-digit',
      }),
    full: (atMs) => intl.formatDate(atMs, { dateStyle: 'medium', timeStyle: 'medium' }),
    ago: (atMs) => {
      const { amount, unit } = roughly(Date.now() - atMs);
      return intl.formatRelativeTime(-amount, unit, { numeric: 'auto' });
    },
    length: (lengthMs) => {
      const { amount, unit } = roughly(lengthMs);
      return intl.formatNumber(amount, { style: 'unit', unit, unitDisplay: 'long' });
    },
  };
}

/** Whether two times are on one day, where the reader is. */
export function isToday(atMs: number, nowMs: number): boolean {
  return new Date(atMs).toDateString() === new Date(nowMs).toDateString();
}

const UNITS = [
  { unit: 'day', unitMs: 86_400_000 },
  { unit: 'hour', unitMs: 3_600_000 },
  { unit: 'minute', unitMs: 60_000 },
] as const;

/** A length of time in the largest unit that it fills; never less than nothing. */
export function roughly(lengthMs: number): {
  readonly amount: number;
  readonly unit: 'day' | 'hour' | 'minute' | 'second';
} {
  const fits = UNITS.find(({ unitMs }) => lengthMs >= unitMs);
  if (fits === undefined)
    return { amount: Math.max(0, Math.floor(lengthMs / 1000)), unit: 'second' };
  return { amount: Math.floor(lengthMs / fits.unitMs), unit: fits.unit };
}
