import { AsyncLocalStorage } from 'node:async_hooks';

import type { Core } from '@strapi/strapi';

import { appendRefresh, appendRefreshIn, type Refresh } from '../outbox/append.ts';
import { stagesOf } from '../outbox/stages.ts';
import type { Instance } from '../instance.ts';
import { currentActor } from './actor.ts';
import { isWatched } from './watched-type.ts';
import { isPublicWrite, watchWrite, type DocumentCall } from './write-watch.ts';

type Middleware = Parameters<Core.Strapi['documents']['use']>[0];
type Next = Parameters<Middleware>[1];

/** One call of the document service, as those see it who are called meanwhile. */
interface Frame {
  /** Whether the document service itself is at work, rather than another middleware. */
  isWriting: boolean;
  /** What the call has made necessary, once that is written. */
  refresh: Refresh | undefined;
  /** Whether something was written besides after that, past the transaction. */
  isLate: boolean;
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
  return async (_context, next) => {
    const frame: Frame = { isWriting: false, refresh: undefined, isLate: false };
    const result = await frames.run(frame, next);
    // Other locales have got the fields that they share, after the commit.
    if (frame.isLate && frame.refresh !== undefined) await appendRefresh(instance, frame.refresh);
    return result;
  };
}

function writeMiddleware(instance: Instance): Middleware {
  return async (context, next) => {
    const call: DocumentCall = { ...context, params: { ...context.params } };
    const isConcerned =
      isPublicWrite(instance, call) &&
      stagesOf(instance).length > 0 &&
      isWatched(instance, call.uid);
    if (!isConcerned) return whileWriting(next);
    return instance.strapi.db.transaction(async ({ trx }) => {
      const watch = await watchWrite(instance, trx, call);
      const result = await whileWriting(next);
      const { documentId, tags } = await watch.end(result);
      if (tags.length === 0) return result;
      const refresh: Refresh = {
        tags,
        subject: `${call.uid}:${documentId ?? ''}`,
        actor: currentActor(instance.strapi),
        reason: call.action,
      };
      await appendRefreshIn(instance, trx, refresh);
      const frame = currentFrame();
      if (frame !== undefined) frame.refresh = refresh;
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
