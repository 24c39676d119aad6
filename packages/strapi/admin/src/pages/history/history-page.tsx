import { Flex } from '@strapi/design-system';
import { useRef, type ReactElement } from 'react';
import { styled } from 'styled-components';

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
  const showNewest = (): void => {
    history.showNewest();
    goTo(table.current);
  };
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
        <NewerNote key={query} hasNewer={hasNewer} onShow={showNewest} />
        {changes === undefined && !failure && <Loading />}
        {changes?.length === 0 && (
          <EmptyHistory
            isNarrowed={isNarrowed}
            hasOlder={history.next !== undefined}
            onClear={() => narrow({})}
          />
        )}
        {changes !== undefined && changes.length > 0 && (
          <Place ref={table} role="region" aria-label={say('history.caption')} tabIndex={-1}>
            <ChangesTable changes={changes} isBusy={history.isBusy} />
          </Place>
        )}
        <Paging cursor={cursor} next={history.next} />
      </Flex>
    </Frame>
  );
}

/** Where the newest are, for who is further down, and with the focus of the button that was there. */
function goTo(table: HTMLElement | null): void {
  if (table === null) return;
  table.focus({ preventScroll: true });
  if (isScrolledPast(table)) table.scrollIntoView();
}

function isScrolledPast(table: HTMLElement): boolean {
  return table.getBoundingClientRect().top < 0;
}

function isBeingRead(table: HTMLElement | null): boolean {
  if (table === null) return false;
  const { activeElement } = document;
  // The focus of the table itself says no more than that the newest were asked for.
  const isInside = activeElement !== table && table.contains(activeElement);
  return isScrolledPast(table) || table.matches(':hover') || isInside;
}

/** Below the head of the page, which stays. */
const Place = styled.div`
  scroll-margin-top: 12rem;
`;
