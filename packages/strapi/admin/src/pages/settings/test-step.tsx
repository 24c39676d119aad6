import { Box, Flex, Loader, Typography } from '@strapi/design-system';
import { CheckCircle, CrossCircle, Minus, Question } from '@strapi/icons';
import type { ReactElement } from 'react';

import type { ConnectionStep, StepResult } from '../../../../contract/admin-api.ts';
import { ProblemText } from '../../parts/problem-text.tsx';
import { useTexts } from '../../translations/texts.ts';

interface TestStepProps {
  readonly step: ConnectionStep;
  readonly result: StepResult | undefined;
  readonly isRunning: boolean;
}

const ICONS = {
  passed: <CheckCircle fill="success600" aria-hidden />,
  failed: <CrossCircle fill="danger600" aria-hidden />,
  unknown: <Question fill="warning700" aria-hidden />,
  'not-run': <Minus fill="neutral500" aria-hidden />,
} as const;

export function TestStep({ step, result, isRunning }: TestStepProps): ReactElement {
  const say = useTexts();
  const outcome = result?.result ?? 'not-run';
  return (
    <Flex tag="li" gap={3} alignItems="flex-start">
      <Box flex="0 0 2rem" paddingTop={1}>
        {isRunning ? <Loader small>{say('test.running')}</Loader> : ICONS[outcome]}
      </Box>
      <Flex direction="column" alignItems="stretch" gap={1} minWidth={0}>
        <Flex gap={2} wrap="wrap" alignItems="baseline">
          <Typography fontWeight="semiBold" textColor="neutral800">
            {say(`step.${step}`)}
          </Typography>
          <Typography variant="pi" textColor="neutral600">
            {say(isRunning ? 'test.running' : `test.${outcome}`)}
          </Typography>
        </Flex>
        {result?.seen !== undefined && (
          <Typography
            tag="code"
            variant="pi"
            textColor="neutral700"
            style={{ overflowWrap: 'anywhere' }}
          >
            {result.seen}
          </Typography>
        )}
        {result?.problem && <ProblemText problem={result.problem} isOfEntry={false} />}
      </Flex>
    </Flex>
  );
}
