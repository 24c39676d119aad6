import { Flex, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';

import type { MappingPreview } from '../../../../contract/admin-api.ts';
import { TagChips } from '../../parts/tag-chips.tsx';
import { useTexts } from '../../translations/texts.ts';
import { Facts } from '../facts.tsx';

interface PreviewedLocaleProps {
  readonly previewed: MappingPreview['locales'][number];
}

export function PreviewedLocale({ previewed }: PreviewedLocaleProps): ReactElement {
  const say = useTexts();
  const { locale, carries, refreshes, urls } = previewed;
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      {locale !== undefined && (
        <Typography tag="h3" fontWeight="semiBold">
          {locale}
        </Typography>
      )}
      <Facts
        facts={[
          [say('preview.carries'), <TagChips key="carries" tags={carries} />],
          [say('preview.refreshes'), <TagChips key="refreshes" tags={refreshes} />],
          [
            say('types.urls'),
            urls.length === 0 ? (
              say('preview.no-urls')
            ) : (
              <ul key="urls">
                {urls.map((url) => (
                  <li key={url}>{url}</li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
    </Flex>
  );
}
