import { parseDictionary } from 'structured-headers';

import type { Directives } from './cache-control.ts';

/**
 * Reads `CDN-Cache-Control`, a structured field that wins over `Cache-Control` and `Expires` in a CDN.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9213
 * @returns `undefined` if it is absent, empty or malformed: then it is as if it were not there
 */
export function parseTargeted(value: string | undefined): Directives | undefined {
  if (value === undefined) return undefined;
  try {
    const directives = new Map<string, string | true>();
    for (const [name, [item]] of parseDictionary(value)) {
      const text = textOf(item);
      if (text !== undefined) directives.set(name, text);
    }
    return directives.size === 0 ? undefined : directives;
  } catch {
    return undefined;
  }
}

/** `?0` is as good as absent; a value of a kind that no directive has reads as 0 later. */
function textOf(item: unknown): string | true | undefined {
  if (item === false) return undefined;
  if (item === true) return true;
  return typeof item === 'number' && Number.isInteger(item) ? String(item) : '';
}
