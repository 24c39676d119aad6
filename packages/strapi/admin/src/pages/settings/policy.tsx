import { Flex, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';

import { CopyButton } from '../../parts/copy.tsx';
import { useTexts } from '../../translations/texts.ts';
import { Section } from '../section.tsx';

export function Policy({ policy }: { readonly policy: string }): ReactElement {
  const say = useTexts();
  return (
    <Section title={say('policy.title')} hint={say('policy.hint')}>
      <Flex justifyContent="space-between" alignItems="flex-start" gap={2}>
        <Typography
          tag="pre"
          textColor="neutral800"
          style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontFamily: 'monospace' }}
        >
          {policy}
        </Typography>
        <CopyButton text={policy} label={say('policy.copy')} />
      </Flex>
    </Section>
  );
}
