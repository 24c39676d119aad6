import { Box, Flex, Typography } from '@strapi/design-system';
import { CheckCircle, Clock, CrossCircle, MinusCircle } from '@strapi/icons';
import type { ReactElement } from 'react';

import type { EntryStatus } from '../../../contract/admin-api.ts';
import { Unseen } from '../parts/unseen.tsx';
import { When } from '../parts/when.tsx';
import { useTexts } from '../translations/texts.ts';
import { stepsOf, type Step } from './progress.ts';

const MARKS = {
  reached: { Icon: CheckCircle, fill: 'success600' },
  next: { Icon: Clock, fill: 'neutral600' },
  failed: { Icon: CrossCircle, fill: 'danger600' },
  open: { Icon: MinusCircle, fill: 'neutral500' },
} as const;

/** From the save to the eyes of visitors. */
export function StepLine({ status }: { readonly status: EntryStatus }): ReactElement | null {
  const say = useTexts();
  const steps = stepsOf(status);
  if (steps.length === 0) return null;
  return (
    <Box tag="ol" aria-label={say('steps.list')}>
      {steps.map((step) => (
        <StepItem key={step.name} {...step} />
      ))}
    </Box>
  );
}

function StepItem({ name, mark, atMs }: Step): ReactElement {
  const say = useTexts();
  const { Icon, fill } = MARKS[mark];
  const isReached = mark === 'reached';
  return (
    <Flex tag="li" gap={2} alignItems="center" paddingTop={1} paddingBottom={1}>
      <Icon fill={fill} width="1.4rem" height="1.4rem" aria-hidden style={{ flexShrink: 0 }} />
      <Flex
        flex="1"
        minWidth={0}
        wrap="wrap"
        justifyContent="space-between"
        style={{ columnGap: '0.8rem' }}
      >
        <Box>
          <Typography
            variant="pi"
            fontWeight={isReached ? 'semiBold' : 'regular'}
            textColor={isReached ? 'neutral800' : 'neutral600'}
          >
            {say(name === 'saved' ? 'panel.saved' : `state.${name}`)}
          </Typography>
          <Unseen>{`: ${say(`steps.${mark}`)}`}</Unseen>
        </Box>
        <Typography variant="pi" textColor="neutral600">
          {atMs === undefined ? mark === 'next' && say('steps.next') : <When atMs={atMs} />}
        </Typography>
      </Flex>
    </Flex>
  );
}
