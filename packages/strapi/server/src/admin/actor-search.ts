import type { ActorSearch } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { stagesOf } from '../outbox/stages.ts';
import { nameActors } from './actors.ts';

export async function searchActors(instance: Instance): Promise<ActorSearch> {
  const actors = await Promise.all(stagesOf(instance).map(({ store }) => store.actors()));
  // Other programs may append rows whose actor is empty: nobody could choose that.
  const keys = new Set(actors.flat().filter((key) => key !== ''));
  const actorOf = await nameActors(instance, keys);
  return { actors: [...keys].sort().map((key) => ({ key, ...actorOf(key) })) };
}
