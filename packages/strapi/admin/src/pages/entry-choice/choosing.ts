import type { EntrySearch, NamedEntry } from '../../../../contract/admin-api.ts';
import type { ApiFailure } from '../../api/problems.ts';

export interface FoundEntries {
  readonly entries: readonly NamedEntry[];
  readonly isLoading: boolean;
  readonly failure: ApiFailure | undefined;
}

interface SearchAnswer {
  readonly data: EntrySearch | undefined;
  readonly isLoading: boolean;
  readonly failure: ApiFailure | undefined;
}

/**
 * What there is to choose from: nothing while the answer is one to other words than those in the field.
 * @param rested what Strapi was asked for
 */
export function foundEntries(
  typed: string | undefined,
  rested: string | undefined,
  answer: SearchAnswer,
): FoundEntries {
  const isLoading = typed !== rested || answer.isLoading;
  const isKnown = typed !== undefined && !isLoading;
  return {
    entries: isKnown ? (answer.data?.entries ?? []) : [],
    isLoading,
    failure: answer.failure,
  };
}

/** Steps through the list, by the key. */
export const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** What of a pressed key tells whom it is for. */
interface PressedKey {
  readonly key: string;
  readonly keyCode: number;
  readonly isComposing: boolean;
}

/** Of every key that a composition takes, whatever key it is. */
const COMPOSITION_KEY_CODE = 229;

/** Whether a key is for the list. While a character is composed of several keys, all of them are for that. */
export function isForList(pressed: PressedKey, isOpen: boolean): boolean {
  if (isOfComposition(pressed)) return false;
  const { key } = pressed;
  return STEPS[key] !== undefined || (isOpen && ['Enter', 'Escape'].includes(key));
}

/**
 * Safari tells of the key that ends a composition after its end: it says then that nothing is composed.
 * https://bugs.webkit.org/show_bug.cgi?id=165004
 */
function isOfComposition({ isComposing, keyCode }: PressedKey): boolean {
  return isComposing || keyCode === COMPOSITION_KEY_CODE;
}
