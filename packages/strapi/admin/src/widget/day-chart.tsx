import { Flex, Typography } from '@strapi/design-system';
import { useId, type ReactElement } from 'react';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import type { SummaryHour } from '../../../contract/admin-api.ts';
import { Unseen } from '../parts/unseen.tsx';
import { useTexts } from '../translations/texts.ts';
import { barsOf, type Bar } from './bars.ts';

const HEIGHT = 56;
const STEP = 10;
const WIDTH = 7;

const Calls = styled.rect`
  fill: ${({ theme }) => theme.colors.primary600};
`;
const Failures = styled.rect`
  fill: ${({ theme }) => theme.colors.neutral0};
  stroke: ${({ theme }) => theme.colors.danger600};
  stroke-width: 1.5;
  vector-effect: non-scaling-stroke;
`;
const Ground = styled.line`
  vector-effect: non-scaling-stroke;
  stroke: ${({ theme }) => theme.colors.neutral300};
`;

/** Calls of the last 24 hours, one bar an hour; failures are hollow, so that colour alone says nothing. */
export function DayChart({ hours }: { readonly hours: readonly SummaryHour[] }): ReactElement {
  const say = useTexts();
  const titleId = useId();
  const bars = barsOf(hours);
  const calls = sum(hours.map((hour) => hour.calls));
  const failures = sum(hours.map((hour) => hour.failures));
  return (
    <Flex tag="figure" direction="column" alignItems="stretch" gap={2} aria-labelledby={titleId}>
      <Flex tag="figcaption" justifyContent="space-between" gap={4} wrap="wrap">
        <Typography variant="pi" textColor="neutral600" id={titleId}>
          {say('chart.title')}
        </Typography>
        <Flex gap={4} wrap="wrap" aria-hidden>
          <Key label={say('chart.calls', { count: calls })} Drawing={Calls} />
          <Key label={say('chart.failures', { count: failures })} Drawing={Failures} />
        </Flex>
      </Flex>
      <svg
        viewBox={`0 0 ${bars.length * STEP} ${HEIGHT + 1}`}
        width="100%"
        height="6.4rem"
        preserveAspectRatio="none"
        aria-hidden
      >
        {bars.map((bar, index) => (
          <BarDrawing key={bar.startMs} bar={bar} x={index * STEP} />
        ))}
        <Ground x1={0} x2={bars.length * STEP} y1={HEIGHT + 0.5} y2={HEIGHT + 0.5} />
      </svg>
      <HourTable hours={hours} />
    </Flex>
  );
}

function BarDrawing({ bar, x }: { readonly bar: Bar; readonly x: number }): ReactElement {
  const goodHeight = bar.goodShare * HEIGHT;
  const failureHeight = bar.failureShare * HEIGHT;
  return (
    <>
      <Calls x={x} y={HEIGHT - goodHeight} width={WIDTH} height={goodHeight} />
      {bar.failures > 0 && (
        <Failures
          x={x + 0.75}
          y={HEIGHT - goodHeight - failureHeight}
          width={WIDTH - 1.5}
          height={failureHeight}
        />
      )}
    </>
  );
}

function Key({
  label,
  Drawing,
}: {
  readonly label: string;
  readonly Drawing: typeof Calls;
}): ReactElement {
  return (
    <Flex gap={2}>
      <svg viewBox="0 0 10 10" width="1rem" height="1rem">
        <Drawing x={1} y={1} width={8} height={8} />
      </svg>
      <Typography variant="pi" textColor="neutral600">
        {label}
      </Typography>
    </Flex>
  );
}

/** The chart for those who do not see it: hours in which something happened. */
function HourTable({ hours }: { readonly hours: readonly SummaryHour[] }): ReactElement {
  const say = useTexts();
  const intl = useIntl();
  const busy = hours.filter(({ calls }) => calls > 0);
  return (
    <Unseen as="div">
      <table>
        <caption>{say('chart.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('chart.hour')}</th>
            <th scope="col">{say('chart.calls-column')}</th>
            <th scope="col">{say('chart.failures-column')}</th>
          </tr>
        </thead>
        <tbody>
          {busy.map(({ startMs, calls, failures }) => (
            <tr key={startMs}>
              <th scope="row">
                {intl.formatDate(startMs, { weekday: 'short', hour: '2-digit', minute: '2-digit' })}
              </th>
              <td>{intl.formatNumber(calls)}</td>
              <td>{intl.formatNumber(failures)}</td>
            </tr>
          ))}
          {busy.length === 0 && (
            <tr>
              <td colSpan={3}>{say('chart.none')}</td>
            </tr>
          )}
        </tbody>
      </table>
    </Unseen>
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
