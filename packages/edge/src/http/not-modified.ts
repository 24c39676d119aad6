import { headerOf, type HeaderList } from './header-list.ts';

// What says how the stored body is made belongs to that body; its tags are those it was stored with.
const KEPT: ReadonlySet<string> = new Set([
  'cache-tag',
  'content-encoding',
  'content-length',
  'content-md5',
  'content-range',
  'etag',
  'transfer-encoding',
]);

/**
 * Headers of a stored response after a 304 for it: the 304's fields replace those of the same name.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-3.2
 */
export function freshenHeaders(stored: HeaderList, answer: HeaderList): string[] {
  const fresh: string[] = [];
  for (let index = 0; index < answer.length; index += 2) {
    const name = answer[index] ?? '';
    if (!KEPT.has(name)) fresh.push(name, answer[index + 1] ?? '');
  }
  const merged: string[] = [];
  for (let index = 0; index < stored.length; index += 2) {
    const name = stored[index] ?? '';
    // Age belongs to one delivery.
    if (name === 'age' || headerOf(fresh, name) !== undefined) continue;
    merged.push(name, stored[index + 1] ?? '');
  }
  return [...merged, ...fresh];
}
