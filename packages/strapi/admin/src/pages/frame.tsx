import { Box, Flex, Link } from '@strapi/design-system';
import { Cog } from '@strapi/icons';
import { Layouts, Page } from '@strapi/strapi/admin';
import type { ReactElement, ReactNode } from 'react';
import { NavLink, Link as RouterLink } from 'react-router-dom';
import { styled } from 'styled-components';

import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { historyPath, SETTINGS_PATH, tagsPath } from '../parts/paths.ts';
import { useTexts } from '../translations/texts.ts';
import { useRights } from './use-rights.ts';

interface FrameProps {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly action?: ReactNode;
  /** Above the title: the way back. */
  readonly back?: ReactNode;
  readonly children: ReactNode;
}

/** What all pages of the plugin have around them. */
export function Frame({ title, subtitle, action, back, children }: FrameProps): ReactElement {
  const say = useTexts();
  return (
    <Page.Main>
      <Page.Title>{say('page.title', { title })}</Page.Title>
      <Layouts.Header
        title={title}
        subtitle={subtitle}
        primaryAction={action}
        navigationAction={back}
      />
      <Layouts.Content>
        <Navigation />
        <Box paddingTop={4} paddingBottom={10}>
          <ErrorBoundary>{children}</ErrorBoundary>
        </Box>
      </Layouts.Content>
    </Page.Main>
  );
}

function Navigation(): ReactElement {
  const say = useTexts();
  const { maySettings } = useRights();
  return (
    <Bar tag="nav" aria-label={say('name')}>
      <Tab to={historyPath()} end>
        {say('history.title')}
      </Tab>
      <Tab to={tagsPath()}>{say('tags-page.title')}</Tab>
      {maySettings && (
        <Box marginLeft="auto">
          <Link tag={RouterLink} to={SETTINGS_PATH} startIcon={<Cog aria-hidden />}>
            {say('settings.link')}
          </Link>
        </Box>
      )}
    </Bar>
  );
}

const Bar = styled(Flex)`
  flex-wrap: wrap;
  gap: ${({ theme }) => theme.spaces[4]};
  border-bottom: 1px solid ${({ theme }) => theme.colors.neutral200};
`;

const Tab = styled(NavLink)`
  padding: ${({ theme }) => `${theme.spaces[2]} ${theme.spaces[1]}`};
  border-bottom: 2px solid transparent;
  margin-bottom: -1px;
  color: ${({ theme }) => theme.colors.neutral800};
  font-size: ${({ theme }) => theme.fontSizes[3]};
  text-decoration: none;

  ${({ theme }) => theme.breakpoints.medium} {
    font-size: ${({ theme }) => theme.fontSizes[2]};
  }

  &[aria-current='page'] {
    border-color: ${({ theme }) => theme.colors.primary600};
    color: ${({ theme }) => theme.colors.primary600};
    font-weight: ${({ theme }) => theme.fontWeights.semiBold};
  }
`;
