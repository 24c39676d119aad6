import { headerOf, listItems, type HeaderList, type HeaderMap } from './header-list.ts';

/**
 * Whether a visitor's copy is the one that would be sent. `If-None-Match` wins; `If-Modified-Since`
 * means equal or not, as nginx reads it by default, and Tengine, which the cloud runs on.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
export function isNotModified(request: HeaderMap, answer: HeaderList): boolean {
  const etags = textOf(request['if-none-match']);
  const etag = headerOf(answer, 'etag');
  if (etags !== undefined) {
    return etags.trim() === '*' || (etag !== undefined && namesEtag(etags, etag));
  }
  const since = textOf(request['if-modified-since']);
  return since !== undefined && headerOf(answer, 'last-modified') === since;
}

/** Whether a range may be cut from this response: no `If-Range`, or one that names just this response. */
export function rangeHolds(request: HeaderMap, answer: HeaderList): boolean {
  const condition = textOf(request['if-range'])?.trim();
  if (condition === undefined) return true;
  const etag = headerOf(answer, 'etag');
  if (condition.startsWith('"')) return condition === etag;
  return condition === headerOf(answer, 'last-modified');
}

/** Weak comparison. */
function namesEtag(list: string, etag: string): boolean {
  return listItems(list).some((item) => opaque(item) === opaque(etag));
}

function opaque(etag: string): string {
  return etag.trim().replace(/^W\//, '');
}

function textOf(value: HeaderMap[string]): string | undefined {
  return value === undefined || typeof value === 'string' ? value : value.join(', ');
}
