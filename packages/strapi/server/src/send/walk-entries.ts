import type { TagCollector } from './collector.ts';
import { isObject } from '../is-object.ts';
import { FILE_UID } from '../tags/types.ts';
import type { Link, Models } from './models.ts';

/** How entries look: as Strapi 5 writes them, or with `data` and `attributes` as Strapi 4 did. */
export type Format = 'v5' | 'v4';

export interface Walk {
  readonly models: Models;
  readonly collector: TagCollector;
  readonly format: Format;
}

/** Collects the tags of an entry or a list of entries, and of all entries inside. */
export function walkEntries(walk: Walk, uid: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) walkEntries(walk, uid, item);
    return;
  }
  if (!isObject(value)) return;
  const { documentId } = value;
  if (typeof documentId !== 'string') {
    if (walk.format === 'v4' && 'data' in value) walkEntries(walk, uid, value['data']);
    return;
  }
  const attributes = walk.format === 'v4' ? value['attributes'] : value;
  if (!isObject(attributes)) return;
  addEntry(walk, uid, documentId, attributes);
  walkLinks(walk, uid, attributes);
}

/** Adds one entry without those inside. */
export function addEntry(
  { models, collector }: Omit<Walk, 'format'>,
  uid: string,
  documentId: string,
  { locale, publishedAt }: Readonly<Record<string, unknown>>,
): void {
  // Drafts can be seen without asking for any: from a file, all that use it are.
  if (publishedAt === null && models(uid).hasDrafts) collector.markPrivate();
  collector.addEntry(uid, documentId, typeof locale === 'string' ? locale : undefined);
}

function walkLinks(walk: Walk, uid: string, fields: Readonly<Record<string, unknown>>): void {
  for (const link of walk.models(uid).links.values()) {
    const value = fields[link.name];
    if (typeof value !== 'object' || value === null) continue;
    // What uses a file: what begins to use it does not refresh the file, which half the pages may show.
    if (uid === FILE_UID && link.kind === 'any-entries') walk.collector.markPrivate();
    walkLink(walk, link, value);
  }
}

function walkLink(walk: Walk, link: Link, value: object): void {
  if (link.kind === 'entries') {
    walkEntries(walk, link.target, value);
    return;
  }
  for (const item of Array.isArray(value) ? value : [value]) {
    if (!isObject(item)) continue;
    if (link.kind === 'any-entries') walkTyped(walk, item);
    else if (link.kind === 'component') walkLinks(walk, link.target, item);
    else if (typeof item['__component'] === 'string') walkLinks(walk, item['__component'], item);
  }
}

/** Relations to any type are written as in Strapi 5 in both formats. */
function walkTyped(walk: Walk, item: Readonly<Record<string, unknown>>): void {
  const type = item['__type'];
  if (typeof type === 'string') walkEntries({ ...walk, format: 'v5' }, type, item);
}
