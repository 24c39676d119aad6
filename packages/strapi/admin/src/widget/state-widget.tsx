import { Flex, Link, Typography } from '@strapi/design-system';
import { CheckCircle, Clock, CrossCircle, MinusCircle } from '@strapi/icons';
import { Widget } from '@strapi/strapi/admin';
import type { ReactElement } from 'react';
import { Link as RouterLink } from 'react-router-dom';

import type { Summary } from '../../../contract/admin-api.ts';
import { useAnswer } from '../api/use-answer.ts';
import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { FailureNote } from '../parts/failure-note.tsx';
import { historyPath, SETTINGS_PATH } from '../parts/paths.ts';
import { ProblemText } from '../parts/problem-text.tsx';
import { useTimes } from '../parts/times.ts';
import { useTexts } from '../translations/texts.ts';
import { DayChart } from './day-chart.tsx';
import { Figures } from './figures.tsx';

const EVERY_MS = 30_000;

/** On the home page: whether visitors see what editors wrote, and what it took today. */
export function StateWidget(): ReactElement {
  return (
    <ErrorBoundary>
      <State />
    </ErrorBoundary>
  );
}

function State(): ReactElement {
  const { data, failure, isLoading, askAgain } = useAnswer<Summary>(
    '/freshtag/summary',
    () => EVERY_MS,
  );
  if (isLoading) return <Widget.Loading />;
  return (
    <Flex direction="column" alignItems="stretch" gap={3}>
      {failure && <FailureNote failure={failure} askAgain={askAgain} />}
      {data && <Headline summary={data} />}
      {data && data.state !== 'idle' && (
        <>
          <Figures summary={data} />
          <DayChart hours={data.hours} />
        </>
      )}
    </Flex>
  );
}

const DRAWINGS = {
  fresh: { Icon: CheckCircle, fill: 'success600' },
  behind: { Icon: Clock, fill: 'warning700' },
  stuck: { Icon: CrossCircle, fill: 'danger600' },
  idle: { Icon: MinusCircle, fill: 'neutral600' },
} as const;

function Headline({ summary }: { readonly summary: Summary }): ReactElement {
  const say = useTexts();
  const times = useTimes();
  const { state, oldestAgeMs, failed, problem } = summary;
  const { Icon, fill } = DRAWINGS[state];
  return (
    <Flex direction="column" alignItems="stretch" gap={1}>
      <Flex role="status" gap={2} alignItems="flex-start">
        <Icon fill={fill} width="2rem" height="2rem" aria-hidden style={{ flexShrink: 0 }} />
        <Typography variant="delta" tag="p">
          {say(`widget.${state}`, { age: times.length(oldestAgeMs), failed })}
        </Typography>
      </Flex>
      {problem && <ProblemText problem={problem} />}
      {failed > 0 && (
        <Link tag={RouterLink} to={historyPath({ state: 'failed' })}>
          {say('widget.failed-link')}
        </Link>
      )}
      {failed === 0 && state !== 'idle' && (
        <Link tag={RouterLink} to={historyPath()}>
          {say('widget.link')}
        </Link>
      )}
      {state === 'idle' && (
        <Link tag={RouterLink} to={SETTINGS_PATH}>
          {say('panel.settings')}
        </Link>
      )}
    </Flex>
  );
}
