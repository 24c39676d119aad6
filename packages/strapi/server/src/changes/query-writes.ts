import { appendRefresh } from '../outbox/append.ts';
import type { Instance } from '../instance.ts';
import { currentActor } from './actor.ts';
import { currentFrame } from './document-writes.ts';
import { isDrafted } from './schema.ts';

interface QueryEvent {
  readonly action: string;
  readonly model: { readonly uid: string };
  readonly result?: unknown;
}

interface WrittenEntry {
  readonly [field: string]: unknown;
  readonly documentId?: string;
  readonly locale?: string | null;
  readonly publishedAt?: unknown;
}

const ONE = ['afterCreate', 'afterUpdate', 'afterDelete'] as const;
const MANY = ['afterCreateMany', 'afterUpdateMany', 'afterDeleteMany'] as const;

/**
 * Looks at what is written with `strapi.db.query`. Of types that ask for it (`queryWrites`), each write is
 * refreshed; of all others with locales, it is noted for the call of the document service that it belongs to.
 */
export function watchQueryWrites(instance: Instance): void {
  const { strapi, names } = instance;
  const types = [...names.types.values()];
  const asked = types.filter(({ mapping }) => mapping.queryWrites === true).map(({ uid }) => uid);
  const localized = types.filter(({ hasLocales }) => hasLocales).map(({ uid }) => uid);
  if (localized.length > 0)
    strapi.db.lifecycles.subscribe({
      models: localized,
      afterCreate: noteLateWrite,
      afterUpdate: noteLateWrite,
    });
  if (asked.length === 0) return;
  const refreshOne = (event: QueryEvent): Promise<void> => refreshQueryWrite(instance, event);
  const refreshAll = (event: QueryEvent): Promise<void> =>
    refreshTags(instance, event, names.tagsOfWholeType(event.model.uid));
  strapi.db.lifecycles.subscribe({
    models: asked,
    ...Object.fromEntries(ONE.map((action) => [action, refreshOne])),
    ...Object.fromEntries(MANY.map((action) => [action, refreshAll])),
  });

  function noteLateWrite(): void {
    const frame = currentFrame();
    if (frame?.refresh === undefined || frame.isWriting || strapi.db.inTransaction()) return;
    frame.isLate = true;
  }
}

async function refreshQueryWrite(instance: Instance, event: QueryEvent): Promise<void> {
  const { strapi, names } = instance;
  const { uid } = event.model;
  // What is not there was not written.
  if (typeof event.result !== 'object' || event.result === null) return;
  const entry: WrittenEntry = { ...event.result };
  if (isDrafted(strapi, uid) && entry.publishedAt === null) return;
  const { documentId, locale } = entry;
  const tags =
    documentId === undefined || locale === undefined
      ? names.tagsOfWholeType(uid)
      : names.tagsOfChange(uid, { documentId, locales: [locale], entries: [entry] });
  const subject = documentId === undefined ? uid : `${uid}:${documentId}`;
  await refreshTags(instance, event, tags, subject);
}

async function refreshTags(
  instance: Instance,
  event: QueryEvent,
  tags: readonly string[],
  subject: string = event.model.uid,
): Promise<void> {
  // The document service writes in the same way, and what it does is seen already.
  if (currentFrame()?.isWriting === true) return;
  await appendRefresh(instance, {
    tags,
    subject,
    actor: currentActor(instance.strapi),
    reason: `query.${event.action.replace('after', '').toLowerCase()}`,
  });
}
