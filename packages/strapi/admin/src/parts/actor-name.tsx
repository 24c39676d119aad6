import type { Actor } from '../../../contract/admin-api.ts';
import { useTexts, type Say } from '../translations/texts.ts';

export function actorName(say: Say, { kind, id = '', name }: Actor): string {
  if (kind === 'public' || kind === 'system') return say(`actor.${kind}`);
  return name === undefined ? say(`actor.${kind}-gone`, { id }) : say(`actor.${kind}`, { name });
}

/** Who made a change. */
export function ActorName({ actor }: { readonly actor: Actor }): string {
  return actorName(useTexts(), actor);
}
