import { invalidOption } from '@freshtag/core';

import type { ResolvedConfig, UrlsOption } from '../config.ts';
import type { EntryIdentity } from '../tags/names.ts';

/** A field of the entry in a template. */
export const FIELD: RegExp = /\{(\w+)\}/g;

/** Longer ones are asked by nobody. */
const LONGEST_URL = 8000;

/**
 * The pages of an entry.
 * @param entry with its fields, `documentId` and `locale` among them
 * @returns none for a type without the option `urls`, or where a field is empty
 * @throws FreshtagError `INVALID_OPTION` naming the path, if a function gives something else; whatever it throws
 */
export function urlsOfEntry(
  config: Pick<ResolvedConfig, 'types'>,
  uid: string,
  entry: Readonly<Record<string, unknown>>,
): readonly string[] {
  const urls = urlsOption(config, uid);
  if (urls === undefined) return [];
  if (typeof urls !== 'function')
    return templatesOf(urls).flatMap((template) => fill(uid, template, entry) ?? []);
  const { locale } = entry;
  const given: unknown = urls(entry, typeof locale === 'string' ? locale : undefined);
  return (Array.isArray(given) ? given : [given]).map((url) => checkUrl(uid, url));
}

/**
 * The pages of an entry that is gone, by what is always known of it.
 * @returns `undefined` where they cannot be told without more
 */
export function urlsOfGone(
  config: Pick<ResolvedConfig, 'types'>,
  uid: string,
  { documentId, locale }: EntryIdentity,
): readonly string[] | undefined {
  const urls = urlsOption(config, uid) ?? [];
  if (typeof urls === 'function') return undefined;
  const known: string[] = [];
  for (const template of templatesOf(urls)) {
    const url = fill(uid, template, { documentId, locale });
    if (url === undefined) return undefined;
    known.push(url);
  }
  return known;
}

function urlsOption({ types }: Pick<ResolvedConfig, 'types'>, uid: string): UrlsOption | undefined {
  const option = types[uid];
  return option === undefined || option === false ? undefined : option.urls;
}

function templatesOf(urls: string | readonly string[]): readonly string[] {
  return typeof urls === 'string' ? [urls] : urls;
}

/** @returns `undefined` if a field is empty */
function fill(
  uid: string,
  template: string,
  entry: Readonly<Record<string, unknown>>,
): string | undefined {
  const parts = [...template.matchAll(FIELD)].map(([, name = '']) => textOf(entry[name]));
  if (parts.includes('')) return undefined;
  const values = parts.values();
  return checkUrl(
    uid,
    template.replace(FIELD, () => encodeURIComponent(values.next().value ?? '')),
  );
}

/** Half characters cannot be encoded. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).toWellFormed() : '';
}

function checkUrl(uid: string, url: unknown): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  const isAllowed =
    parsed !== null &&
    /^https?:$/.test(parsed.protocol) &&
    parsed.username + parsed.password === '' &&
    parsed.href.length <= LONGEST_URL;
  if (isAllowed) return parsed.href;
  throw invalidOption(
    `types.${uid}.urls`,
    // Never a password.
    parsed?.origin ?? (typeof url === 'string' ? url : typeof url),
    `a URL with http or https and a host, without user, of at most ${LONGEST_URL} characters; or a list of them`,
  );
}
