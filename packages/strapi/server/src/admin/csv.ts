import { Readable } from 'node:stream';

import type { Change } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';
import { historyPage } from './history.ts';
import type { Reader } from './reader.ts';
import type { HistoryRequest } from './request.ts';

/** Most changes in one file. */
const MOST_CHANGES = 10_000;
const ON_A_PAGE = 100;
/** Pages can have few, where what is asked for is rare. */
const MOST_PAGES = 500;

type Cell = string | number | undefined;

const COLUMNS: readonly (readonly [name: string, value: (change: Change) => Cell])[] = [
  ['committed', ({ committedAtMs }) => timeOf(committedAtMs)],
  ['state', ({ state }) => state],
  ['type', ({ entry }) => entry?.typeName],
  ['entry', ({ entry }) => entry?.title],
  ['documentId', ({ entry }) => entry?.documentId],
  ['reason', ({ reason }) => reason],
  ['by', ({ actor }) => actor.name ?? [actor.kind, actor.id].filter(Boolean).join(':')],
  ['targets', ({ targets }) => targets.join(' ')],
  ['tags', ({ tags }) => tags.join(' ')],
  ['tag total', ({ tagTotal }) => tagTotal],
  ['accepted', ({ acceptedAtMs }) => timeOf(acceptedAtMs)],
  ['complete', ({ completeAtMs }) => timeOf(completeAtMs)],
  ['verified', ({ verifiedAtMs }) => timeOf(verifiedAtMs)],
  ['problem', ({ problem }) => problem?.code],
  ['change', ({ id }) => id],
];

/** Changes as a table for a spreadsheet, read while it is sent. Its first page is read at once. */
export async function historyCsv(
  instance: Instance,
  reader: Reader,
  request: HistoryRequest,
): Promise<Readable> {
  const { cursor: _, ...filter } = request;
  const read = (cursor?: string): ReturnType<typeof historyPage> =>
    historyPage(instance, reader, { ...filter, limit: ON_A_PAGE, ...(cursor && { cursor }) });
  const first = await read();
  return Readable.from(linesOf(first, read));
}

async function* linesOf(
  first: Awaited<ReturnType<typeof historyPage>>,
  read: (cursor: string) => ReturnType<typeof historyPage>,
): AsyncGenerator<string> {
  // Without this mark, Excel takes it for another encoding.
  yield `\ufeff${lineOf(COLUMNS.map(([name]) => name))}`;
  let page = first;
  for (let pages = 1, total = 0; ; pages += 1) {
    yield page.changes.map((change) => lineOf(COLUMNS.map(([, value]) => value(change)))).join('');
    total += page.changes.length;
    if (page.cursor === undefined || total >= MOST_CHANGES || pages >= MOST_PAGES) return;
    page = await read(page.cursor);
  }
}

function timeOf(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : new Date(atMs).toISOString();
}

function lineOf(values: readonly Cell[]): string {
  return `${values.map(cellOf).join(',')}\r\n`;
}

/** Quoted, and so that no spreadsheet takes what an editor wrote for a formula. */
export function cellOf(value: Cell): string {
  const text = String(value ?? '');
  const safe = typeof value === 'string' && /^\s*[=+\-@]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
