import { Button, EmptyStateLayout } from '@strapi/design-system';
import type { ReactElement } from 'react';

import { useTexts } from '../../translations/texts.ts';

interface EmptyHistoryProps {
  readonly isNarrowed: boolean;
  /** Whether it was not looked to the end: the rarest states are looked for a part at a time. */
  readonly hasOlder: boolean;
  readonly onClear: () => void;
}

export function EmptyHistory({ isNarrowed, hasOlder, onClear }: EmptyHistoryProps): ReactElement {
  const say = useTexts();
  return isNarrowed ? (
    <EmptyStateLayout
      content={say(hasOlder ? 'history.no-match-yet' : 'history.no-match')}
      action={
        <Button variant="secondary" onClick={onClear}>
          {say('filter.clear')}
        </Button>
      }
    />
  ) : (
    <EmptyStateLayout content={say('history.nothing-yet')} />
  );
}
