/** Directives by lower-case name. `true` for one without a value. */
export type Directives = ReadonlyMap<string, string | true>;

// A directive, with a token or a quoted string as its value. What lies inside quotes is no directive.
const DIRECTIVE = /\s*([^\s,;=]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]*)))?[^,]*(?:,|$)/y;

/**
 * Reads `Cache-Control`. Where a directive is given twice, the first counts.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2
 */
export function parseCacheControl(value: string | undefined): Directives {
  const directives = new Map<string, string | true>();
  const text = value ?? '';
  let index = 0;
  while (index < text.length) {
    DIRECTIVE.lastIndex = index;
    const match = DIRECTIVE.exec(text);
    if (match === null) {
      const comma = text.indexOf(',', index);
      index = comma === -1 ? text.length : comma + 1;
      continue;
    }
    const [, name = '', quoted, token] = match;
    const key = name.toLowerCase();
    if (!directives.has(key)) directives.set(key, quoted ?? token ?? true);
    index = DIRECTIVE.lastIndex;
  }
  return directives;
}

/** Seconds of a directive such as `max-age`. `undefined` if it is absent; 0 if it cannot be read. */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  if (value === undefined) return undefined;
  return parseSeconds(value === true ? '' : value) ?? 0;
}

const MAX_SECONDS = 2 ** 31 - 1;

/** Delta-seconds, up to 68 years, as RFC 9111, section 1.2.2 allows. `undefined` for all else. */
export function parseSeconds(text: string): number | undefined {
  return /^\d+$/.test(text) ? Math.min(Number(text), MAX_SECONDS) : undefined;
}
