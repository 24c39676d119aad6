import { Flex } from '@strapi/design-system';
import { Widget } from '@strapi/strapi/admin';
import type { ReactElement } from 'react';

import type { Summary } from '../../../contract/admin-api.ts';
import { useAnswer } from '../api/use-answer.ts';
import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { FailureNote } from '../parts/failure-note.tsx';
import { DayChart } from './day-chart.tsx';
import { Figures } from './figures.tsx';
import { Headline } from './headline.tsx';

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
