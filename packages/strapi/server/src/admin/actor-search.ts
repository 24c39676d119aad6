import type { ActorSearch } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';
import { nameActors } from './actors.ts';

/** Rows that count as lately. */
const NEWEST_ROWS = 1000;

export async function searchActors(instance: Instance): Promise<ActorSearch> {
  const keys = new Set<string>();
  for (const { store } of stagesOf(instance))
    for (const { actor } of await store.history({ limit: NEWEST_ROWS }))
      if (actor !== undefined) keys.add(actor);
  const actorOf = await nameActors(instance, keys);
  return { actors: [...keys].sort().map((key) => ({ key, ...actorOf(key) })) };
}
