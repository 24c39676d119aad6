import { Box, Typography } from '@strapi/design-system';
import { useState, type ReactElement } from 'react';

import type { ChangeDetail } from '../../../../contract/admin-api.ts';
import { tookAway } from '../../parts/reason-text.ts';
import { StateMark } from '../../parts/state-mark.tsx';
import { useTexts } from '../../translations/texts.ts';
import { DataTable } from '../data-table.tsx';

/** Tag by tag: drawn only for who opens it, as there can be many. */
export function Rows({ change }: { readonly change: ChangeDetail }): ReactElement {
  const say = useTexts();
  const [isOpen, setOpen] = useState(false);
  const isGone = tookAway(change.reason);
  const { rows, rowTotal } = change;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <Typography tag="summary" variant="beta" cursor="pointer">
        {say('change.rows')}
      </Typography>
      {isOpen && (
        <Box paddingTop={3}>
          <DataTable
            caption={say('change.rows')}
            rows={rows}
            keyOf={({ tag, domain }) => `${domain} ${tag}`}
            columns={[
              { label: say('tags-page.tag'), isFree: true, cell: ({ tag }) => <code>{tag}</code> },
              { label: say('change.domain'), isFree: true, cell: ({ domain }) => domain },
              {
                label: say('history.state'),
                cell: ({ state }) => <StateMark state={state} isGone={isGone} />,
              },
            ]}
          />
          {rows.length < rowTotal && (
            <Typography variant="pi" textColor="neutral600">
              {say('tags.more', { count: rowTotal - rows.length })}
            </Typography>
          )}
        </Box>
      )}
    </details>
  );
}
