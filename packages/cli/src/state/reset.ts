import type { Outcome } from '../outcome.ts';
import type { StateUse } from './show.ts';

const CONSEQUENCE =
  'The next plan drops every tagged page from the edge once, and plans that were made before cannot be applied.';

/** Forgets what the edge may hold, also where the state is damaged or of another site. */
export async function resetState(
  { where, store, session }: StateUse,
  { isSure }: { readonly isSure: boolean },
): Promise<Outcome> {
  const [{ FreshtagError }, { forgetEverything, serializeEdgeState }] = await Promise.all([
    import('@freshtag/core'),
    import('@freshtag/core/site'),
  ]);
  const { signal } = session;
  const before = await store.read({ signal });
  if (!isSure) {
    throw new FreshtagError(
      'INVALID_OPTION',
      `This would reset the edge state of ${where.domain} (${where.environment}) in ${store.name}. ${CONSEQUENCE} Nothing was changed. Add --yes to do it.`,
    );
  }
  // Nothing is known then, which a state says that is not there.
  if (before !== undefined) {
    const text = serializeEdgeState(forgetEverything(where));
    await store.write(text, { expected: before.version, signal });
  }
  return {
    result: { action: 'reset', store: { name: store.name, guarantee: store.guarantee }, ...where },
    lines: [
      before === undefined
        ? `There was no edge state in ${store.name}.`
        : `The edge state in ${store.name} was reset.`,
      CONSEQUENCE,
    ],
  };
}
