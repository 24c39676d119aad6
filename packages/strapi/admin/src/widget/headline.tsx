import { Flex, Link, Typography } from '@strapi/design-system';
import { CheckCircle, Clock, CrossCircle, MinusCircle, WarningCircle } from '@strapi/icons';
import type { ReactElement } from 'react';
import { Link as RouterLink } from 'react-router-dom';

import type { Summary } from '../../../contract/admin-api.ts';
import { historyPath, SETTINGS_PATH } from '../parts/paths.ts';
import { ProblemText } from '../parts/problem-text.tsx';
import { useTimes } from '../parts/times.ts';
import { useTexts } from '../translations/texts.ts';

const DRAWINGS = {
  fresh: { Icon: CheckCircle, fill: 'success600' },
  stale: { Icon: WarningCircle, fill: 'warning700' },
  behind: { Icon: Clock, fill: 'warning700' },
  stuck: { Icon: CrossCircle, fill: 'danger600' },
  idle: { Icon: MinusCircle, fill: 'neutral600' },
} as const satisfies Record<Summary['state'], { Icon: typeof Clock; fill: string }>;

/** How it is in a sentence or two, and where more is to be seen. */
export function Headline({ summary }: { readonly summary: Summary }): ReactElement {
  const { state, stale, problem } = summary;
  const isStaleToo = stale > 0 && state !== 'stale';
  return (
    <Flex direction="column" alignItems="stretch" gap={1}>
      <div role="status">
        <Sentence name={state} summary={summary} />
      </div>
      {problem && <ProblemText problem={problem} />}
      <div role="status">{isStaleToo && <Sentence name="stale" summary={summary} />}</div>
      <Links summary={summary} />
    </Flex>
  );
}

interface SentenceProps {
  readonly name: Summary['state'];
  readonly summary: Summary;
}

function Sentence({ name, summary: { oldestAgeMs, failed, stale } }: SentenceProps): ReactElement {
  const say = useTexts();
  const times = useTimes();
  const { Icon, fill } = DRAWINGS[name];
  return (
    <Flex gap={2} alignItems="flex-start">
      <Icon fill={fill} width="2rem" height="2rem" aria-hidden style={{ flexShrink: 0 }} />
      <Typography variant="delta" tag="p">
        {say(`widget.${name}`, { age: times.length(oldestAgeMs), failed, stale })}
      </Typography>
    </Flex>
  );
}

function Links({ summary }: { readonly summary: Summary }): ReactElement {
  const say = useTexts();
  const { state, failed, stale } = summary;
  if (state === 'idle')
    return (
      <Link tag={RouterLink} to={SETTINGS_PATH}>
        {say('panel.settings')}
      </Link>
    );
  return (
    <Flex wrap="wrap" style={{ columnGap: '1.6rem' }}>
      {failed > 0 && (
        <Link tag={RouterLink} to={historyPath({ state: 'failed' })}>
          {say('widget.failed-link')}
        </Link>
      )}
      {stale > 0 && (
        <Link tag={RouterLink} to={historyPath({ state: 'stale' })}>
          {say('widget.stale-link')}
        </Link>
      )}
      {failed === 0 && stale === 0 && (
        <Link tag={RouterLink} to={historyPath()}>
          {say('widget.link')}
        </Link>
      )}
    </Flex>
  );
}
