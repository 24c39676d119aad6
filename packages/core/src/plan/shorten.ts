import { toPrintable } from '../printable.ts';

/** Longest excerpt of a page that is shown, in characters. */
const LONGEST_EXCERPT = 200;

/** A piece of a page as one line of bounded length that does nothing to a terminal. */
export function shorten(text: string, maxLength: number = LONGEST_EXCERPT): string {
  return toPrintable(text.replace(/\s+/g, ' ').trim(), maxLength).toWellFormed();
}
