import { Box, Button, Flex, Typography } from '@strapi/design-system';
import { WarningCircle } from '@strapi/icons';
import type { ReactElement } from 'react';

import { textOfFailure, type ApiFailure } from '../api/problems.ts';
import { useTexts } from '../translations/texts.ts';

/** Why Strapi gave no answer, and a button to ask it again. */
export function FailureNote({
  failure,
  askAgain,
}: {
  readonly failure: ApiFailure;
  readonly askAgain?: (() => void) | undefined;
}): ReactElement {
  const say = useTexts();
  return (
    <Box
      role="alert"
      background="danger100"
      borderColor="danger200"
      hasRadius
      padding={3}
      width="100%"
    >
      <Flex gap={2} alignItems="flex-start">
        <WarningCircle fill="danger600" aria-hidden style={{ flexShrink: 0 }} />
        <Flex direction="column" alignItems="flex-start" gap={2} minWidth={0}>
          <Typography textColor="neutral800" style={{ overflowWrap: 'anywhere' }}>
            {say(textOfFailure(failure), { message: failure.message })}
          </Typography>
          {askAgain !== undefined && (
            <Button variant="tertiary" size="S" type="button" onClick={askAgain}>
              {say('action.again')}
            </Button>
          )}
        </Flex>
      </Flex>
    </Box>
  );
}
