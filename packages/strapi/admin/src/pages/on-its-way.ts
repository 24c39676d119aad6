import type { RefreshState } from '../../../contract/admin-api.ts';

const ON_ITS_WAY: ReadonlySet<RefreshState> = new Set(['waiting', 'quota', 'retrying', 'accepted']);

/** Whether it changes soon, and by itself. */
export function isOnItsWay(state: RefreshState): boolean {
  return ON_ITS_WAY.has(state);
}
