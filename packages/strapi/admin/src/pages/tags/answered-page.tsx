import { Box, Flex, Link, Typography } from '@strapi/design-system';
import { ExternalLink } from '@strapi/icons';
import type { ReactElement } from 'react';

import type { TagSearch } from '../../../../contract/admin-api.ts';
import { ProblemText } from '../../parts/problem-text.tsx';
import { useTexts } from '../../translations/texts.ts';
import { Section } from '../section.tsx';

/** What the origin has answered for an address, or why it was not asked. */
export function AnsweredPage({
  page,
}: {
  readonly page: NonNullable<TagSearch['page']>;
}): ReactElement {
  const say = useTexts();
  const { url, status, problem } = page;
  return (
    <Section title={say('tags-page.page')}>
      <Flex direction="column" alignItems="flex-start" gap={2}>
        <Box style={{ overflowWrap: 'anywhere' }}>
          <Address url={url} />
        </Box>
        {status !== undefined && (
          <Typography textColor="neutral800">{say('tags-page.status', { status })}</Typography>
        )}
        {problem && <ProblemText problem={problem} isOfEntry={false} />}
      </Flex>
    </Section>
  );
}

/** A link only where it leads to a page. */
function Address({ url }: { readonly url: string }): ReactElement {
  const isPage = /^https?:\/\//i.test(url);
  return isPage ? (
    <Link
      href={url}
      target="_blank"
      rel="noreferrer noopener"
      endIcon={<ExternalLink style={{ flexShrink: 0 }} aria-hidden />}
    >
      {url}
    </Link>
  ) : (
    <Typography>{url}</Typography>
  );
}
