import { Box, Link, Typography } from '@strapi/design-system';
import { ExternalLink } from '@strapi/icons';
import type { ReactElement } from 'react';

import { useTexts } from '../translations/texts.ts';
import { isWebAddress } from './progress.ts';
import { Section } from './section.tsx';

/** The entry's own pages; what is no address of the web is shown, but leads nowhere. */
export function EntryUrls({ urls }: { readonly urls: readonly string[] }): ReactElement {
  const say = useTexts();
  return (
    <Section title={say('urls.list')}>
      <ul>
        {urls.map((url) => (
          <Box key={url} tag="li" style={{ overflowWrap: 'anywhere' }}>
            {isWebAddress(url) ? (
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
            )}
          </Box>
        ))}
      </ul>
    </Section>
  );
}
