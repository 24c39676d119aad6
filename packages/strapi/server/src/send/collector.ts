import { parseTags } from '@freshtag/core';

import type { TagNames } from '../tags/names.ts';

/** The tags of one answer, while it is made. */
export class TagCollector {
  readonly #names: TagNames;
  readonly #tags = new Set<string>();
  readonly #seen = new Map<string, Set<string>>();
  #isPrivate = false;

  constructor(names: TagNames) {
    this.#names = names;
  }

  get tags(): ReadonlySet<string> {
    return this.#tags;
  }

  /** Whether it shows what no cache may keep, such as drafts. */
  get isPrivate(): boolean {
    return this.#isPrivate;
  }

  /** @throws FreshtagError `INVALID_TAG` */
  add(tags: Iterable<string>): void {
    for (const tag of parseTags(tags)) this.#tags.add(tag);
  }

  /** An answer may show one entry thousands of times. */
  addEntry(uid: string, documentId: string, locale: string | undefined): void {
    let seen = this.#seen.get(uid);
    if (seen === undefined) this.#seen.set(uid, (seen = new Set()));
    const key = locale === undefined ? documentId : `${documentId} ${locale}`;
    if (seen.has(key)) return;
    seen.add(key);
    for (const tag of this.#names.tagsOfEntry(uid, { documentId, locale })) this.#tags.add(tag);
  }

  addList(uid: string): void {
    for (const tag of this.#names.tagsOfList(uid)) this.#tags.add(tag);
  }

  markPrivate(): void {
    this.#isPrivate = true;
  }
}

const collectors = new WeakMap<object, TagCollector>();

/** The one collector of the answer to a request; `context` is Koa’s. */
export function collectorOf(context: object, names: TagNames): TagCollector {
  const known = collectors.get(context);
  if (known !== undefined) return known;
  const collector = new TagCollector(names);
  collectors.set(context, collector);
  return collector;
}

/** The same, if something was collected. */
export function findCollector(context: object): TagCollector | undefined {
  return collectors.get(context);
}
