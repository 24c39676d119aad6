import { Flex } from '@strapi/design-system';
import { useRef, type ReactElement } from 'react';

import { FailureNote } from '../../parts/failure-note.tsx';
import { useTexts } from '../../translations/texts.ts';
import { Frame } from '../frame.tsx';
import { Loading } from '../loading.tsx';
import { ChangesTable } from './changes-table.tsx';
import { EmptyHistory } from './empty-history.tsx';
import { ExportButton } from './export-button.tsx';
import { FilterBar } from './filter-bar.tsx';
import { NewerNote } from './newer-note.tsx';
import { Paging } from './paging.tsx';
import { useFilters } from './use-filters.ts';
import { useHistory } from './use-history.ts';

export function HistoryPage(): ReactElement {
  const say = useTexts();
  const { filters, isNarrowed, cursor, narrow } = useFilters();
  const table = useRef<HTMLDivElement>(null);
  const history = useHistory(filters, cursor, () => isBeingRead(table.current));
  const { changes, failure, query, hasNewer } = history;
  const entry = changes?.find((change) => change.entry)?.entry;
  return (
    <Frame
      title={say('history.title')}
      subtitle={say('history.subtitle')}
      action={<ExportButton query={query} />}
    >
      <Flex direction="column" alignItems="stretch" gap={4}>
        <FilterBar filters={filters} narrow={narrow} entryTitle={entry?.title} />
        {failure && <FailureNote failure={failure} askAgain={history.askAgain} />}
        <NewerNote hasNewer={hasNewer} onShow={history.showNewest} />
        {changes === undefined && !failure && <Loading />}
        {changes?.length === 0 && (
          <EmptyHistory
            isNarrowed={isNarrowed}
            hasOlder={history.next !== undefined}
            onClear={() => narrow({})}
          />
        )}
        {changes !== undefined && changes.length > 0 && (
          <div ref={table}>
            <ChangesTable changes={changes} isBusy={history.isBusy} />
          </div>
        )}
        <Paging cursor={cursor} next={history.next} />
      </Flex>
    </Frame>
  );
}

function isBeingRead(table: HTMLElement | null): boolean {
  if (table === null) return false;
  const isScrolledPast = table.getBoundingClientRect().top < 0;
  return isScrolledPast || table.matches(':hover') || table.contains(document.activeElement);
}
