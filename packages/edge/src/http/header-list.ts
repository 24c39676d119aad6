/**
 * Header fields as Node's HTTP server takes them without another look: name, value, name, value.
 * Names are in lower case; a field with several lines is there several times.
 */
export type HeaderList = readonly string[];

/** Headers as Node's and undici's parsers give them: lower-case names. */
export type HeaderMap = Readonly<Record<string, string | readonly string[] | undefined>>;

export function toHeaderList(headers: HeaderMap): string[] {
  const list: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') list.push(name, value);
    else for (const line of value ?? []) list.push(name, line);
  }
  return list;
}

/** All lines of a field, joined by commas as RFC 9110, section 5.3 allows; `undefined` if there is none. */
export function headerOf(headers: HeaderList, name: string): string | undefined {
  let found: string | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index] !== name) continue;
    const value = headers[index + 1] ?? '';
    found = found === undefined ? value : `${found}, ${value}`;
  }
  return found;
}

/** The fields whose names pass. */
export function filterHeaders(headers: HeaderList, passes: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    if (passes(name)) kept.push(name, headers[index + 1] ?? '');
  }
  return kept;
}

/** Items of a comma-separated field, trimmed, empty ones dropped. */
export function listItems(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
