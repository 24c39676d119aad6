import { Flex, Typography } from '@strapi/design-system';
import type { ReactElement, ReactNode } from 'react';
import { styled } from 'styled-components';

import type { ChangeDetail } from '../../../../contract/admin-api.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { ProblemText } from '../../parts/problem-text.tsx';
import { StateMark } from '../../parts/state-mark.tsx';
import { When } from '../../parts/when.tsx';
import { useTexts } from '../../translations/texts.ts';
import { Facts } from '../facts.tsx';
import { timeLineOf, type Moment } from './time-line.ts';

/** From the commit to what is known now. */
export function TimeLine({ change }: { readonly change: ChangeDetail }): ReactElement {
  return (
    <List>
      {timeLineOf(change).map((moment, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- moments have nothing else, and stay in order
        <li key={index} data-is-next={moment.kind === 'next'}>
          <MomentView moment={moment} />
        </li>
      ))}
    </List>
  );
}

function MomentView({ moment }: { readonly moment: Moment }): ReactElement {
  const say = useTexts();
  switch (moment.kind) {
    case 'call':
      return <Call moment={moment} />;
    case 'stuck':
      return (
        <Step title={moment.target} mark={<StateMark state={moment.state} />} atMs={moment.atMs}>
          {moment.problem && <ProblemText problem={moment.problem} />}
        </Step>
      );
    case 'next':
      return <Step title={say(`moment.next-${moment.next}`)} />;
    default:
      return <Step title={say(`moment.${moment.kind}`)} atMs={moment.atMs} />;
  }
}

interface CallProps {
  readonly moment: Extract<Moment, { kind: 'call' }>;
}

function Call({ moment: { call, ending, isHook } }: CallProps): ReactElement {
  const say = useTexts();
  const { domain, pass, atMs, requestId, taskIds } = call;
  const title = isHook
    ? say('moment.hook', { target: domain })
    : say('moment.call', { pass, domain });
  const facts: [string, ReactNode][] = [];
  if (requestId !== '') facts.push([say('call.request-id'), <Id key={requestId} id={requestId} />]);
  if (taskIds.length > 0) {
    const ids = taskIds.map((id) => <Id key={id} id={id} />);
    facts.push([say('call.task-ids', { count: taskIds.length }), ids]);
  }
  if (!isHook && ending !== undefined) facts.push([say('call.ending'), say(`call.${ending}`)]);
  return (
    <Step title={title} atMs={atMs}>
      <Facts facts={facts} />
    </Step>
  );
}

function Id({ id }: { readonly id: string }): ReactElement {
  const say = useTexts();
  return (
    <Flex gap={1} alignItems="center">
      <Typography tag="code" variant="pi">
        {id}
      </Typography>
      <CopyButton text={id} label={say('call.copy', { id })} />
    </Flex>
  );
}

interface StepProps {
  readonly title: string;
  /** Before the title. */
  readonly mark?: ReactNode;
  /** Left out of what is to come. */
  readonly atMs?: number;
  readonly children?: ReactNode;
}

function Step({ title, mark, atMs, children }: StepProps): ReactElement {
  return (
    <Flex direction="column" alignItems="stretch" gap={1}>
      <Flex gap={2} wrap="wrap" alignItems="center">
        {mark}
        <Typography
          fontWeight="semiBold"
          textColor="neutral800"
          style={{ overflowWrap: 'anywhere' }}
        >
          {title}
        </Typography>
        {atMs !== undefined && (
          <Typography variant="pi" textColor="neutral600">
            <When atMs={atMs} format="full" />
          </Typography>
        )}
      </Flex>
      {children}
    </Flex>
  );
}

const List = styled.ol`
  li {
    position: relative;
    padding: 0 0 ${({ theme }) => theme.spaces[5]} ${({ theme }) => theme.spaces[6]};
  }

  li:last-child {
    padding-bottom: 0;
  }

  /* The line, and a point on it. */
  li::before,
  li::after {
    content: '';
    position: absolute;
    left: 0.4rem;
  }

  li:not(:last-child)::before {
    top: 1rem;
    bottom: -1rem;
    width: 0.2rem;
    background: ${({ theme }) => theme.colors.neutral200};
  }

  li::after {
    top: 0.5rem;
    left: 0;
    width: 1rem;
    height: 1rem;
    border: 0.2rem solid ${({ theme }) => theme.colors.primary600};
    border-radius: 50%;
    background: ${({ theme }) => theme.colors.primary600};
  }

  li[data-is-next='true']::after {
    background: ${({ theme }) => theme.colors.neutral0};
  }
`;
