import { Box, Flex, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import type { Summary } from '../../../contract/admin-api.ts';
import { useTexts } from '../translations/texts.ts';

/** What waits, what failed, and what of the quota is used. */
export function Figures({ summary }: { readonly summary: Summary }): ReactElement {
  const say = useTexts();
  const intl = useIntl();
  const { waiting, failed, callsToday, quota } = summary;
  const figures = [
    { name: say('widget.waiting'), value: say('widget.changes', { count: waiting }) },
    { name: say('widget.failed'), value: say('widget.changes', { count: failed }) },
    { name: say('widget.calls'), value: intl.formatNumber(callsToday) },
    {
      name: say('widget.quota'),
      value: quota ? say('widget.quota-of', { ...quota }) : say('widget.quota-unknown'),
    },
  ];
  return (
    <Room>
      <List tag="dl">
        {figures.map(({ name, value }) => (
          <Flex key={name} direction="column" alignItems="flex-start" gap={1}>
            <Typography tag="dt" variant="pi" textColor="neutral600">
              {name}
            </Typography>
            <Typography tag="dd" variant="omega" fontWeight="bold" textColor="neutral800">
              {value}
            </Typography>
          </Flex>
        ))}
      </List>
    </Room>
  );
}

const Room = styled(Box)`
  container-type: inline-size;
`;

/** All in one row, or two in each of two. */
const List = styled(Box)`
  display: grid;
  grid-template-columns: repeat(4, auto);
  justify-content: space-between;
  gap: ${({ theme }) => `${theme.spaces[3]} ${theme.spaces[4]}`};

  @container (max-width: 460px) {
    grid-template-columns: 1fr auto;
  }
`;
