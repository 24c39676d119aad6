import type { Instance } from '../instance.ts';
import { searchActors } from './actor-search.ts';
import { searchEntries } from './entry-search.ts';
import { historyCsv } from './csv.ts';
import { testStep } from './connection/test-step.ts';
import { entryStatus } from './entry-status.ts';
import { changeDetail, historyPage } from './history.ts';
import { createReader, type Reader } from './reader.ts';
import { beginRefresh, previewRefresh, readRefreshRequest } from './refresh-request.ts';
import {
  readChangeId,
  readEntry,
  readEntryPath,
  readEntrySearch,
  readHistoryRequest,
  readLocale,
  readSearch,
  type AdminContext,
} from './request.ts';
import { discardChange, retryChange } from './set-aside.ts';
import { mappingPreview } from './mapping-preview.ts';
import { settingsView } from './settings.ts';
import { summary } from './summary.ts';
import { searchTags } from './tag-search.ts';

type Action = (context: AdminContext) => Promise<void>;

/** What the admin panel asks for: see `contract/admin-api.ts`. */
export type AdminController = Readonly<Record<string, Action>>;

export function createAdminController(instance: Instance): AdminController {
  const answer =
    (work: (context: AdminContext, reader: Reader) => Promise<unknown>): Action =>
    async (context) => {
      context.set('Cache-Control', 'private, no-store');
      const reader = await createReader(instance, context.state.userAbility);
      context.body = await work(context, reader);
    };
  return {
    searchEntries: answer(({ query }, reader) =>
      searchEntries(instance, reader, readEntrySearch(query)),
    ),
    entry: answer(({ params, query }, reader) =>
      entryStatus(instance, reader, { ...readEntryPath(params), locale: readLocale(query) }),
    ),
    actors: answer(() => searchActors(instance)),
    summary: answer((_context, reader) => summary(instance, reader)),
    history: answer(({ query }, reader) =>
      historyPage(instance, reader, readHistoryRequest(query)),
    ),
    change: answer(({ params }, reader) => changeDetail(instance, reader, readChangeId(params))),
    csv: answer(async (context, reader) => {
      const lines = await historyCsv(instance, reader, readHistoryRequest(context.query));
      // Koa would leave it open, and whoever downloads it would wait for the rest.
      lines.once('error', () => {
        context.res.destroy();
      });
      context.set('Content-Type', 'text/csv; charset=utf-8');
      context.set('Content-Disposition', 'attachment; filename="freshtag-history.csv"');
      return lines;
    }),
    testStep: answer(({ params, request }, reader) =>
      testStep(instance, reader, { step: params['step'], body: request.body }),
    ),
    retry: answer(({ params }, reader) => retryChange(instance, reader, readChangeId(params))),
    discard: answer(({ params }, reader) => discardChange(instance, reader, readChangeId(params))),
    settings: answer(() => settingsView(instance)),
    mapping: answer(({ query }, reader) => mappingPreview(instance, reader, readEntry(query))),
    tags: answer(({ query }, reader) => searchTags(instance, reader, readSearch(query))),
    preview: answer(({ request }, reader) =>
      previewRefresh(instance, reader, readRefreshRequest(request.body)),
    ),
    refresh: answer(async (context, reader) => {
      const begun = await beginRefresh(instance, reader, readRefreshRequest(context.request.body));
      context.status = 202;
      return begun;
    }),
  };
}
