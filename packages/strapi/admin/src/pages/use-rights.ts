import { RIGHTS } from '../../../contract/admin-api.ts';
import { useAllowed } from '../api/use-allowed.ts';

/** What is offered to the reader. What is allowed is decided by the server. */
export interface Rights {
  readonly mayRefreshTags: boolean;
  readonly mayRefreshAll: boolean;
  readonly maySettings: boolean;
}

const CHECKED = [RIGHTS.refreshTags, RIGHTS.refreshAll, RIGHTS.settings].map((action) => ({
  action,
  subject: null,
}));

export function useRights(): Rights {
  const { allowedActions: allowed } = useAllowed(CHECKED);
  return {
    mayRefreshTags: allowed['canRefreshTags'] === true,
    mayRefreshAll: allowed['canRefreshAll'] === true,
    maySettings: allowed['canSettings'] === true,
  };
}
