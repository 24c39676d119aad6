import { Flex, LinkButton } from '@strapi/design-system';
import { ArrowLeft, ArrowRight } from '@strapi/icons';
import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router-dom';

import { useTexts } from '../../translations/texts.ts';

interface PagingProps {
  /** Of the page that is shown; `undefined` for the newest. */
  readonly cursor: string | undefined;
  /** Of the next; `undefined` on the last. */
  readonly next: string | undefined;
}

export function Paging({ cursor, next }: PagingProps): ReactElement | null {
  const say = useTexts();
  const [query] = useSearchParams();
  const addressOf = (to: string | undefined): string => {
    const asked = new URLSearchParams(query);
    asked.delete('cursor');
    if (to !== undefined) asked.set('cursor', to);
    return `?${asked}`;
  };
  if (cursor === undefined && next === undefined) return null;
  return (
    <Flex tag="nav" aria-label={say('paging.title')} justifyContent="flex-end" gap={2} wrap="wrap">
      {cursor !== undefined && (
        <LinkButton
          tag={Link}
          to={addressOf(undefined)}
          variant="tertiary"
          startIcon={<ArrowLeft />}
        >
          {say('paging.newest')}
        </LinkButton>
      )}
      {next !== undefined && (
        <LinkButton tag={Link} to={addressOf(next)} variant="tertiary" endIcon={<ArrowRight />}>
          {say('paging.older')}
        </LinkButton>
      )}
    </Flex>
  );
}
