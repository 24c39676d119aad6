import type { Instance } from '../instance.ts';
import { appendWritten } from './append-written.ts';
import { changeOf, currentFrame, type WrittenEntry } from './document-writes.ts';
import { isDrafted } from './schema.ts';

interface QueryEvent {
  readonly action: string;
  readonly model: { readonly uid: string };
  readonly result?: unknown;
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
  strapi.db.lifecycles.subscribe({
    models: asked,
    ...Object.fromEntries(ONE.map((action) => [action, refreshOne])),
    ...Object.fromEntries(MANY.map((action) => [action, refreshMany])),
  });

  function noteLateWrite({ model: { uid }, result }: QueryEvent): void {
    const frame = currentFrame();
    if (frame?.writing === undefined || frame.uid !== uid || frame.isWriting) return;
    if (!strapi.db.inTransaction() && isEntry(result) && isVisible(uid, result))
      frame.late.push(result);
  }

  async function refreshOne({ action, model: { uid }, result }: QueryEvent): Promise<void> {
    // What is not there was not written.
    if (isOfDocuments(uid) || typeof result !== 'object' || result === null) return;
    if (!isEntry(result)) await refreshMany({ action, model: { uid } });
    else if (isVisible(uid, result))
      await appendWritten(
        instance,
        uid,
        { subject: `${uid}:${result.documentId}`, reason: reasonOf(action) },
        () => names.tagsOfChange(uid, changeOf(result)),
      );
  }

  async function refreshMany({ action, model: { uid } }: QueryEvent): Promise<void> {
    if (isOfDocuments(uid)) return;
    const about = { subject: uid, reason: reasonOf(action) };
    await appendWritten(instance, uid, about, () => names.tagsOfWholeType(uid));
  }

  function isVisible(uid: string, { publishedAt }: WrittenEntry): boolean {
    return !isDrafted(strapi, uid) || publishedAt !== null;
  }
}

/** The document service writes in the same way, and what it does is seen already. */
function isOfDocuments(uid: string): boolean {
  const frame = currentFrame();
  return frame?.isWriting === true && frame.uid === uid;
}

/** Whether it is told which one: whoever writes may ask for fields without. */
function isEntry(result: unknown): result is WrittenEntry {
  const { documentId, locale }: { readonly documentId?: unknown; readonly locale?: unknown } =
    Object(result);
  return typeof documentId === 'string' && locale !== undefined;
}

function reasonOf(action: string): string {
  return `query.${action.replace('after', '').toLowerCase()}`;
}
