import { Flex, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';

import type { SettingsView } from '../../../../contract/admin-api.ts';
import { ProblemText } from '../../parts/problem-text.tsx';
import { useTexts } from '../../translations/texts.ts';
import { Facts } from '../facts.tsx';
import { Section } from '../section.tsx';

const VARIABLES = ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'];

/** Whose key is used, or how to give one. */
export function Credentials({ settings }: { readonly settings: SettingsView }): ReactElement {
  const say = useTexts();
  const { credentials, credentialsProblem } = settings;
  return (
    <Section title={say('credentials.title')}>
      <Flex direction="column" alignItems="stretch" gap={3}>
        {credentials && (
          <Facts
            facts={[
              [say('credentials.id'), <code key="id">{credentials.accessKeyId}</code>],
              [say('credentials.source'), credentials.source],
            ]}
          />
        )}
        {credentialsProblem && <ProblemText problem={credentialsProblem} />}
        {!credentials && (
          <>
            <Typography tag="p" textColor="neutral800">
              {say('credentials.how')}
            </Typography>
            <ul>
              {VARIABLES.map((name) => (
                <Typography key={name} tag="li" textColor="neutral800">
                  <code>{name}</code>
                </Typography>
              ))}
            </ul>
          </>
        )}
      </Flex>
    </Section>
  );
}
