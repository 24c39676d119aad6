import {
  REFRESH_STATES,
  type HistoryFilter,
  type RefreshState,
} from '../../../../contract/admin-api.ts';

/** Spans of time up to now, and one that the reader gives. */
export const PERIODS = ['hour', 'today', 'week', 'custom'] as const;
type Period = (typeof PERIODS)[number];

/** What the history is narrowed to, as the address of the page says it. */
export interface Filters {
  readonly entry?: { readonly uid: string; readonly documentId: string } | undefined;
  readonly tag?: string | undefined;
  /** `editor:1`, `system` … */
  readonly actor?: string | undefined;
  readonly state?: RefreshState | undefined;
  readonly period?: Period | undefined;
  /** Of the period `custom`. */
  readonly sinceMs?: number | undefined;
  /** Of the period `custom`. */
  readonly untilMs?: number | undefined;
}

const HOUR_MS = 3_600_000;

/** What an address does not say in a way that can be understood is left out. */
export function readFilters(query: URLSearchParams): Filters {
  const text = (name: string): string | undefined => query.get(name)?.trim() || undefined;
  const uid = text('uid');
  const documentId = text('documentId');
  const sinceMs = readTime(text('sinceMs'));
  const untilMs = readTime(text('untilMs'));
  const isCustom = sinceMs !== undefined || untilMs !== undefined;
  const period = isCustom ? 'custom' : PERIODS.find((name) => name === text('period'));
  const filters: Filters = {
    entry: uid !== undefined && documentId !== undefined ? { uid, documentId } : undefined,
    tag: text('tag'),
    actor: text('actor'),
    state: REFRESH_STATES.find((state) => state === text('state')),
    period,
    sinceMs,
    untilMs,
  };
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

/** Query of the page's address: the same filters give the same address. */
export function writeFilters({ entry, ...rest }: Filters): URLSearchParams {
  const isCustom = rest.period === 'custom';
  return toQuery({
    uid: entry?.uid,
    documentId: entry?.documentId,
    tag: rest.tag,
    actor: rest.actor,
    state: rest.state,
    period: rest.period,
    sinceMs: isCustom ? rest.sinceMs : undefined,
    untilMs: isCustom ? rest.untilMs : undefined,
  });
}

/** Query for `GET /freshtag/history` and its CSV. */
export function queryOfHistory(filters: Filters, nowMs: number): URLSearchParams {
  const { entry, tag, actor, state, period, untilMs } = filters;
  const sinceMs = period === 'custom' ? filters.sinceMs : startOf(period, nowMs);
  const { uid, documentId } = entry ?? {};
  const filter = { uid, documentId, tag, actor, state, sinceMs, untilMs };
  return toQuery(filter satisfies Record<keyof HistoryFilter, unknown>);
}

/** Midnight is the reader's. */
function startOf(period: Exclude<Period, 'custom'> | undefined, nowMs: number): number | undefined {
  if (period === undefined) return undefined;
  if (period === 'hour') return nowMs - HOUR_MS;
  const midnight = new Date(nowMs);
  midnight.setHours(0, 0, 0, 0);
  if (period === 'week') midnight.setDate(midnight.getDate() - 6);
  return midnight.getTime();
}

function toQuery(values: Readonly<Record<string, string | number | undefined>>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  return query;
}

function readTime(text: string | undefined): number | undefined {
  const isTime = text !== undefined && /^\d{1,15}$/.test(text);
  return isTime ? Number(text) : undefined;
}
