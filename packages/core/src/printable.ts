/** Characters that move a cursor, colour, hide or turn round what a terminal shows. */
// oxlint-disable-next-line no-control-regex -- these are what must not be printed
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/** Text from elsewhere, as one line that does nothing to a terminal. */
export function toPrintable(text: string, maxLength = 1000): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(UNPRINTABLE, ' ');
}
