import { useMemo } from 'react';

import { useAllowed } from './use-allowed.ts';

/**
 * Whether the reader has a right, to hide what Strapi would refuse. Where it cannot be told, it counts as
 * given: the server decides.
 * @param action one of `RIGHTS`
 * @param subject content type, for a right that is given for each
 */
export function useMay(action: string, subject: string | null = null): boolean {
  const asked = useMemo(() => [{ action, subject }], [action, subject]);
  const { allowedActions, isLoading, error } = useRights(asked);
  if (error !== undefined) return true;
  return !isLoading && Object.values(allowedActions).every((isAllowed) => isAllowed);
}

/** With two copies of Strapi's admin in one project, one does not find the reader's rights and throws. */
function useRights(asked: Parameters<typeof useAllowed>[0]): ReturnType<typeof useAllowed> {
  try {
    return useAllowed(asked);
  } catch (error) {
    return { allowedActions: {}, isLoading: false, error };
  }
}
