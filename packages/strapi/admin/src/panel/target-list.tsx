import { Flex, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';

import type { EntryStatus } from '../../../contract/admin-api.ts';
import { ProblemText } from '../parts/problem-text.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { When } from '../parts/when.tsx';
import { useTexts } from '../translations/texts.ts';
import { Section } from './section.tsx';

/** Each target by itself: one can be done while another waits for it. */
export function TargetList({
  targets,
  isGone,
}: Pick<EntryStatus, 'targets' | 'isGone'>): ReactElement {
  const say = useTexts();
  return (
    <Section title={say('targets.list')}>
      <Flex tag="ul" direction="column" alignItems="stretch" gap={2}>
        {targets.map(({ target, state, sinceMs, problem }) => (
          <Flex key={target} tag="li" direction="column" alignItems="stretch" gap={1}>
            <Flex gap={2} justifyContent="space-between" wrap="wrap">
              <Typography variant="pi" style={{ overflowWrap: 'anywhere' }}>
                {target}
              </Typography>
              <Flex gap={2}>
                <StateMark state={state} isGone={isGone} />
                <Typography variant="pi" textColor="neutral600">
                  <When atMs={sinceMs} />
                </Typography>
              </Flex>
            </Flex>
            {problem && <ProblemText problem={problem} />}
          </Flex>
        ))}
      </Flex>
    </Section>
  );
}
