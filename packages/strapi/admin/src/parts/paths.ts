import type { HistoryFilter } from '../../../contract/admin-api.ts';
import { PLUGIN_ID } from '../plugin-id.ts';

export const SETTINGS_PATH: string = `/settings/${PLUGIN_ID}`;

/** Address of the history, below that of the admin panel. */
export function historyPath(filter: HistoryFilter = {}): string {
  const query = new URLSearchParams(
    Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return `/plugins/${PLUGIN_ID}${query.size === 0 ? '' : `?${query}`}`;
}

/** Address of one change in the history. */
export function changePath(id: string): string {
  return `/plugins/${PLUGIN_ID}/history/${encodeURIComponent(id)}`;
}

/** Address of the page of tags; with what is looked for. */
export function tagsPath(search?: string): string {
  const path = `/plugins/${PLUGIN_ID}/tags`;
  return search === undefined ? path : `${path}?${new URLSearchParams({ search })}`;
}
