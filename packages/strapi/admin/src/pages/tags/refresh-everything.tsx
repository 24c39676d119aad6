import { Button, Flex, Typography } from '@strapi/design-system';
import { WarningCircle } from '@strapi/icons';
import type { ReactElement } from 'react';

import { RefreshDialog } from '../../parts/refresh-dialog.tsx';
import { useTexts } from '../../translations/texts.ts';
import { Section } from '../section.tsx';

const EVERYTHING = { all: true } as const;

export function RefreshEverything(): ReactElement {
  const say = useTexts();
  const title = say('refresh-all.title');
  return (
    <Section title={title}>
      <Flex direction="column" alignItems="flex-start" gap={4}>
        <Typography>{say('refresh-all.text')}</Typography>
        <RefreshDialog title={title} request={EVERYTHING}>
          <Button variant="danger-light" startIcon={<WarningCircle />}>
            {say('refresh-all.open')}
          </Button>
        </RefreshDialog>
      </Flex>
    </Section>
  );
}
