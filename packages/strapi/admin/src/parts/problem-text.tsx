import { Box, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';

import type { ApiProblem } from '../../../contract/admin-api.ts';
import type { TextKey } from '../translations/keys.ts';
import { useTexts, type Say } from '../translations/texts.ts';

/** The frequent ones, and what they have in common for an editor. */
const TEXTS = new Map<string, TextKey>(
  Object.entries({
    QUOTA_EXCEEDED: 'problem.quota',
    FORBIDDEN: 'problem.permission',
    NO_CREDENTIALS: 'problem.credentials',
    KEY_REFUSED: 'problem.credentials',
    SIGNATURE_REFUSED: 'problem.credentials',
    CLOCK_SKEWED: 'problem.clock',
    DOMAIN_REFUSED: 'problem.domain',
    SERVICE_NOT_OPEN: 'problem.service',
    ENDPOINT_UNREACHABLE: 'problem.endpoint',
    API_UNREADABLE: 'problem.endpoint',
    CIRCUIT_OPEN: 'problem.endpoint',
    THROTTLED: 'problem.throttled',
    QUEUE_FULL: 'problem.throttled',
    CLOUD_BUSY: 'problem.busy',
    PARAMETER_REFUSED: 'problem.tag',
    INVALID_TAG: 'problem.tag',
    EDGE_STALE: 'problem.edge-stale',
    NOT_VERIFIED: 'problem.not-verified',
    OUTBOX_UNAVAILABLE: 'problem.database',
    OUTBOX_REFUSED: 'problem.database',
  } as const),
);

/** A problem in the reader's language; a rare one as the server says it. */
function explainProblem(say: Say, { code, message }: ApiProblem, isOfEntry: boolean): string {
  const key = isOfEntry || code !== 'NOT_VERIFIED' ? TEXTS.get(code) : undefined;
  return key === undefined ? message : say(key);
}

/**
 * Why something waits or failed; the server's exact words, where it is not they already, at one click.
 * @param isOpen shows them at once
 * @param isOfEntry whether it is a refresh that could not be verified, if that is the problem
 */
export function ProblemText({
  problem,
  isOpen = false,
  isOfEntry = true,
}: {
  readonly problem: ApiProblem;
  readonly isOpen?: boolean;
  readonly isOfEntry?: boolean;
}): ReactElement {
  const say = useTexts();
  const explained = explainProblem(say, problem, isOfEntry);
  const isExact = explained === problem.message;
  return (
    <Box style={{ overflowWrap: 'anywhere' }}>
      <Typography tag="p" textColor="neutral800" lang={isExact ? 'en' : undefined}>
        {explained}
      </Typography>
      {!isExact && (
        <details open={isOpen} style={{ marginTop: '0.4rem' }}>
          <Typography tag="summary" variant="pi" textColor="neutral600" cursor="pointer">
            {say('problem.exact')}
          </Typography>
          <Typography tag="p" variant="pi" textColor="neutral700" lang="en">
            {problem.message}
          </Typography>
        </details>
      )}
    </Box>
  );
}
