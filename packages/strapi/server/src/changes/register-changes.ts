import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';
import { registerDocumentWrites } from './document-writes.ts';
import { findOutWhetherPlansAreKept } from './kept-plans.ts';
import { watchLocales } from './locales.ts';
import { watchMedia } from './media.ts';
import { watchQueryWrites } from './query-writes.ts';
import { watchTransfers } from './transfers.ts';
import { probeStatements } from './watched-type.ts';

/** Sees to it that every change of public content appends what is to be refreshed. */
export function registerChanges(instance: Instance): void {
  const { strapi } = instance;
  if (Object.keys(instance.config.targets).length === 0) return;
  registerDocumentWrites(instance);
  // Before any plugin starts, since it may write content then.
  strapi.hook('strapi::content-types.afterSync').register(async () => {
    await stagesOf(instance)[0]?.store.migrate();
    watchQueryWrites(instance);
    watchMedia(instance);
    watchTransfers(instance);
  });
}

/** The rest, once other plugins have started: on an empty database they make the first locale. */
export async function startChanges(instance: Instance): Promise<void> {
  if (Object.keys(instance.config.targets).length === 0) return;
  watchLocales(instance);
  await probeStatements(instance);
  // After it: a plan takes memory in each process of the server, and most types are seldom published.
  await findOutWhetherPlansAreKept(instance.strapi);
}
