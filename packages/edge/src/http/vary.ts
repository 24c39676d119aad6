import { listItems, type HeaderMap } from './header-list.ts';

/** Names in a `Vary` field: lower case, sorted, each once. */
export function varyNames(vary: string | undefined): readonly string[] {
  if (vary === undefined) return NONE;
  return [...new Set(listItems(vary).map((name) => name.toLowerCase()))].toSorted();
}

/** What tells the variants of a URL apart: the request's own values of the named headers. */
export function variantOf(names: readonly string[], request: HeaderMap): string {
  if (names.length === 0) return '';
  return JSON.stringify(names.map((name) => request[name] ?? null));
}

const NONE: readonly string[] = [];
