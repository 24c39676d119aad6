const WIDTH = 80;
const GAP = '  ';

/**
 * Columns for people, at most 80 characters a line. What is too long loses its end; `--json` has all.
 *
 * @param widest most characters of a column; the last one takes what is left
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  widest: readonly number[] = [],
): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.min(widest[column] ?? WIDTH, Math.max(...rows.map((row) => (row[column] ?? '').length))),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      shorten(cell, widths[column] ?? WIDTH).padEnd(widths[column] ?? 0),
    );
    return shorten(cells.join(GAP).trimEnd(), WIDTH);
  });
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** `1 tag`, `2 tags`, `1,000 tags`. */
export function count(number: number, noun: string): string {
  return `${String(number).replace(/\B(?=(\d{3})+$)/g, ',')} ${noun}${number === 1 ? '' : 's'}`;
}
