import type { KnexTransaction } from '@freshtag/core/relay';

import type { Instance } from '../instance.ts';
import { rowsOf, stagesOf } from './stages.ts';

/** What is to be refreshed, and why. */
export interface Refresh {
  readonly tags: readonly string[];
  /** What changed: `api::country.country:a1b2c3`. */
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
  /** How: `publish`, `delete` … */
  readonly reason?: string | undefined;
}

/**
 * Appends what is to be refreshed, for every target: one insert for each stage of them, in the
 * transaction of Strapi's that is open here, else in one of its own. Those that others wait for come
 * first: a stage tells by their times which of their rows it waits for.
 * @throws FreshtagError as `OutboxStore.append`; nothing was appended then
 */
export async function appendRefresh(instance: Instance, refresh: Refresh): Promise<void> {
  if (refresh.tags.length === 0 || stagesOf(instance).length === 0) return;
  await instance.strapi.db.transaction(async ({ trx }) => {
    await appendRefreshIn(instance, trx, refresh);
  });
}

/** The same in a transaction that is known. */
export async function appendRefreshIn(
  instance: Instance,
  transaction: KnexTransaction,
  { tags, ...about }: Refresh,
): Promise<void> {
  for (const stage of stagesOf(instance)) {
    const rows = rowsOf(stage, tags, about);
    await stage.store.append(rows, transaction);
  }
}
