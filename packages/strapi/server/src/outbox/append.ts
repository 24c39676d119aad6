import { newChange, type KnexTransaction } from '@freshtag/core/relay';

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
  /** Of which change this is a part, if of one that has others; see `newChange`. */
  readonly change?: string | undefined;
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
  { tags, change = newChange(), ...about }: Refresh,
): Promise<void> {
  for (const stage of stagesOf(instance)) {
    const rows = rowsOf(stage, tags, { ...about, change });
    await stage.store.append(rows, transaction);
  }
}

/** One change among many. */
export type NewChange = Omit<Refresh, 'change'>;

/** How many changes are in one insert of a stage. */
const CHUNK = 1000;

/** Appends many changes in one transaction. @throws FreshtagError as `OutboxStore.append` */
export async function appendChanges(
  instance: Instance,
  changes: readonly NewChange[],
): Promise<void> {
  await instance.strapi.db.transaction(async ({ trx }) => {
    for (let from = 0; from < changes.length; from += CHUNK) {
      const some = changes
        .slice(from, from + CHUNK)
        .map((one) => ({ ...one, change: newChange() }));
      for (const stage of stagesOf(instance)) {
        const rows = some.flatMap(({ tags, ...about }) => rowsOf(stage, tags, about));
        await stage.store.append(rows, trx);
      }
    }
  });
}
