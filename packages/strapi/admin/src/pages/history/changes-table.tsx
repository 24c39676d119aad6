import { Link, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';
import { Link as RouterLink, useLocation } from 'react-router-dom';

import type { Change } from '../../../../contract/admin-api.ts';
import { ActorName } from '../../parts/actor-name.tsx';
import { EntryLink } from '../../parts/entry-link.tsx';
import { changePath } from '../../parts/paths.ts';
import { reasonText, tookAway } from '../../parts/reason-text.ts';
import { StateMark } from '../../parts/state-mark.tsx';
import { When } from '../../parts/when.tsx';
import { useTexts } from '../../translations/texts.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { FewTags } from './few-tags.tsx';

interface ChangesTableProps {
  readonly changes: readonly Change[];
  readonly isBusy: boolean;
}

export function ChangesTable({ changes, isBusy }: ChangesTableProps): ReactElement {
  const say = useTexts();
  const columns: readonly Column<Change>[] = [
    { label: say('history.when'), cell: (change) => <DetailLink change={change} /> },
    { label: say('history.what'), isFree: true, cell: (change) => <What change={change} /> },
    { label: say('history.why'), cell: ({ reason }) => reasonText(say, reason) },
    { label: say('history.who'), isFree: true, cell: ({ actor }) => <ActorName actor={actor} /> },
    {
      label: say('history.tags'),
      isFree: true,
      cell: ({ tags, tagTotal }) => <FewTags tags={tags} total={tagTotal} />,
    },
    { label: say('history.targets'), isFree: true, cell: ({ targets }) => targets.join(', ') },
    {
      label: say('history.state'),
      cell: ({ state, reason }) => <StateMark state={state} isGone={tookAway(reason)} />,
    },
  ];
  return (
    <DataTable
      caption={say('history.caption')}
      columns={columns}
      rows={changes}
      keyOf={({ id }) => id}
      isBusy={isBusy}
    />
  );
}

/** The way back from there keeps the filters. */
function DetailLink({ change }: { readonly change: Change }): ReactElement {
  const { search } = useLocation();
  return (
    <Link tag={RouterLink} to={changePath(change.id)} state={{ search }}>
      <When atMs={change.committedAtMs} />
    </Link>
  );
}

function What({ change: { entry } }: { readonly change: Change }): ReactElement {
  const say = useTexts();
  if (entry === undefined) {
    return <Typography textColor="neutral600">{say('history.no-entry')}</Typography>;
  }
  const { typeName, locale } = entry;
  return (
    <div>
      <EntryLink entry={entry} />
      <Typography tag="p" variant="pi" textColor="neutral600">
        {locale === undefined ? typeName : say('history.type-locale', { typeName, locale })}
      </Typography>
    </div>
  );
}
