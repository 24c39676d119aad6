import { Button, Flex } from '@strapi/design-system';
import { ArrowClockwise } from '@strapi/icons';
import type { ReactElement } from 'react';

import type { FoundTag } from '../../../../contract/admin-api.ts';
import { RefreshDialog } from '../../parts/refresh-dialog.tsx';
import { useTexts } from '../../translations/texts.ts';

interface RefreshChosenProps {
  readonly tags: readonly FoundTag[];
  readonly chosen: readonly string[];
  readonly onChoose: (tags: readonly string[]) => void;
}

export function RefreshChosen({ tags, chosen, onChoose }: RefreshChosenProps): ReactElement {
  const say = useTexts();
  const isAll = chosen.length === tags.length;
  return (
    <Flex gap={2} wrap="wrap">
      <RefreshDialog title={say('tags-page.refresh-title')} request={{ tags: chosen }}>
        <Button startIcon={<ArrowClockwise />} disabled={chosen.length === 0}>
          {say('tags-page.refresh', { count: chosen.length })}
        </Button>
      </RefreshDialog>
      <Button variant="tertiary" onClick={() => onChoose(isAll ? [] : tags.map(({ tag }) => tag))}>
        {say(isAll ? 'tags-page.choose-none' : 'tags-page.choose-all')}
      </Button>
    </Flex>
  );
}
