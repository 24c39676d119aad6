import { AsyncLocalStorage } from 'node:async_hooks';

import { newChange } from '@freshtag/core/relay';
import type { Core } from '@strapi/strapi';

import { appendRefreshIn } from '../outbox/append.ts';
import { stagesOf } from '../outbox/stages.ts';
import type { Instance } from '../instance.ts';
import type { ChangedDocument } from '../tags/names.ts';
import { currentActor } from './actor.ts';
import { appendWritten, type Writing } from './append-written.ts';
import { isWatched } from './watched-type.ts';
import { isPublicWrite, watchWrite, type DocumentCall, type Written } from './write-watch.ts';

type Middleware = Parameters<Core.Strapi['documents']['use']>[0];
type Next = Parameters<Middleware>[1];

/** One call of the document service, as those see it who are called meanwhile. */
interface Frame {
  readonly uid: string;
  /** Whether the document service itself is at work, rather than another middleware. */
  isWriting: boolean;
  /** What was written and has made something necessary, once it is. */
  writing: Writing | undefined;
  /** Entries of the type that were written besides after that, past the transaction. */
  readonly late: WrittenEntry[];
}

/** What `strapi.db.query` tells of an entry that it has written. */
export interface WrittenEntry {
  readonly [field: string]: unknown;
  readonly documentId: string;
  readonly locale: string | null;
}

const frames = new AsyncLocalStorage<Frame>();

/** The call of the document service that is under way here. */
export function currentFrame(): Frame | undefined {
  return frames.getStore();
}

/**
 * Appends what each write of public content makes necessary, in the transaction of the write.
 *
 * The middleware that opens the transaction is always the innermost. It must not be open around others:
 * on SQLite it has the only connection there is, and one of them may call Strapi over HTTP.
 */
export function registerDocumentWrites(instance: Instance): void {
  const { documents } = instance.strapi;
  documents.use(frameMiddleware(instance));
  keepInnermost(documents, writeMiddleware(instance));
}

function frameMiddleware(instance: Instance): Middleware {
  return async ({ uid }, next) => {
    const frame: Frame = { uid, isWriting: false, writing: undefined, late: [] };
    const result = await frames.run(frame, next);
    const { writing, late } = frame;
    // Other locales have got the fields that they share, after the commit.
    if (writing !== undefined && late.length > 0)
      await appendWritten(instance, uid, writing, () =>
        late.flatMap((entry) => instance.names.tagsOfChange(uid, changeOf(entry))),
      );
    return result;
  };
}

/** The change of one entry, as far as it is the only one. */
export function changeOf(entry: WrittenEntry): ChangedDocument {
  return { documentId: entry.documentId, locales: [entry.locale], entries: [entry] };
}

function writeMiddleware(instance: Instance): Middleware {
  const { strapi } = instance;
  return async (context, next) => {
    const call: DocumentCall = { ...context, params: { ...context.params } };
    const isConcerned =
      stagesOf(instance).length > 0 &&
      isWatched(instance, call.uid) &&
      isPublicWrite(instance, call);
    if (!isConcerned) return whileWriting(next);
    const isInTransaction = strapi.db.inTransaction();
    return strapi.db.transaction(async ({ trx }) => {
      const append = async ({ documentId, tags }: Written): Promise<Writing | undefined> => {
        if (tags.length === 0) return undefined;
        const subject = `${call.uid}:${documentId ?? ''}`;
        const writing = { subject, reason: call.action, change: newChange() };
        await appendRefreshIn(instance, trx, { ...writing, tags, actor: currentActor(strapi) });
        return writing;
      };
      const watch = await watchWrite(instance, trx, call);
      const result = await whileWriting(next).catch(async (error: unknown) => {
        // Whoever has opened the transaction may commit it all the same. Where the database has given it
        // up already, nothing of it remains, and it takes nothing any more.
        if (isInTransaction) await append(await watch.fail(error)).catch(() => {});
        throw error;
      });
      const writing = await append(await watch.end(result));
      const frame = currentFrame();
      if (frame !== undefined) frame.writing = writing;
      return result;
    });
  };
}

async function whileWriting(write: Next): Promise<Awaited<ReturnType<Next>>> {
  const frame = currentFrame();
  if (frame === undefined) return write();
  frame.isWriting = true;
  try {
    return await write();
  } finally {
    frame.isWriting = false;
  }
}

/** Whatever is registered later comes before it. */
function keepInnermost(documents: Core.Strapi['documents'], middleware: Middleware): void {
  const { use } = documents;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its types leave out that it needs nothing
  const append = (): (() => void) => use(middleware) as unknown as () => void;
  let remove = append();
  documents.use = (other) => {
    remove();
    const removeOther = use(other);
    remove = append();
    return removeOther;
  };
}
