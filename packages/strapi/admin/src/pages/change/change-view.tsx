import { Flex, Link, Typography } from '@strapi/design-system';
import { useRef, type ReactElement, type ReactNode } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { styled } from 'styled-components';

import type { ChangeDetail } from '../../../../contract/admin-api.ts';
import { ActorName } from '../../parts/actor-name.tsx';
import { EntryLink } from '../../parts/entry-link.tsx';
import { historyPath } from '../../parts/paths.ts';
import { ProblemText } from '../../parts/problem-text.tsx';
import { reasonText, tookAway } from '../../parts/reason-text.ts';
import { StateMark } from '../../parts/state-mark.tsx';
import { TagChips } from '../../parts/tag-chips.tsx';
import { When } from '../../parts/when.tsx';
import { useTexts } from '../../translations/texts.ts';
import { DataTable } from '../data-table.tsx';
import { Facts } from '../facts.tsx';
import { Section } from '../section.tsx';
import { Decisions } from './decisions.tsx';
import { Rows } from './rows.tsx';
import { TimeLine } from './time-line-view.tsx';

interface ChangeViewProps {
  readonly change: ChangeDetail;
  /** Of the change, at the server. */
  readonly path: string;
  readonly askAgain: () => void;
}

export function ChangeView({ change, path, askAgain }: ChangeViewProps): ReactElement {
  const say = useTexts();
  const stateHeading = useRef<HTMLHeadingElement>(null);
  const isGone = tookAway(change.reason);
  return (
    <Flex direction="column" alignItems="stretch" gap={6}>
      <Section title={say('change.state')} headingRef={stateHeading}>
        <Flex direction="column" alignItems="flex-start" gap={3}>
          <div role="status">
            <StateMark state={change.state} isGone={isGone} />
          </div>
          {change.problem && <ProblemText problem={change.problem} />}
          <Decisions
            change={change}
            path={path}
            askAgain={askAgain}
            onDecided={() => stateHeading.current?.focus()}
          />
        </Flex>
      </Section>
      <Columns>
        <Section title={say('change.time-line')}>
          <TimeLine change={change} />
        </Section>
        <Flex direction="column" alignItems="stretch" gap={6} minWidth={0}>
          <Section title={say('change.about')}>
            <About change={change} />
          </Section>
          <Section title={say('history.tags')}>
            <TagChips tags={change.tags} total={change.tagTotal} />
          </Section>
        </Flex>
      </Columns>
      <Targets change={change} />
    </Flex>
  );
}

function About({ change }: { readonly change: ChangeDetail }): ReactElement {
  const say = useTexts();
  const { entry, actor, reason } = change;
  const facts: [string, ReactNode][] = [
    [
      say('history.what'),
      entry === undefined ? (
        say('history.no-entry')
      ) : (
        <>
          <EntryLink entry={entry} />{' '}
          <Typography textColor="neutral600">
            {entry.locale === undefined
              ? entry.typeName
              : say('history.type-locale', { typeName: entry.typeName, locale: entry.locale })}
          </Typography>
          <div>
            <Link
              tag={RouterLink}
              to={historyPath({ uid: entry.uid, documentId: entry.documentId })}
            >
              {say('change.all-of-entry')}
            </Link>
          </div>
        </>
      ),
    ],
    [say('history.why'), reasonText(say, reason)],
    [say('history.who'), <ActorName key="who" actor={actor} />],
  ];
  return <Facts facts={facts} />;
}

function Targets({ change }: { readonly change: ChangeDetail }): ReactElement {
  const say = useTexts();
  const isGone = tookAway(change.reason);
  return (
    <Flex direction="column" alignItems="stretch" gap={6}>
      <Section title={say('history.targets')} isBare>
        <DataTable
          caption={say('history.targets')}
          rows={change.targetStates}
          keyOf={({ target }) => target}
          columns={[
            { label: say('target.name'), isFree: true, cell: ({ target }) => target },
            { label: say('target.kind'), cell: ({ kind }) => say(`target.${kind}`) },
            {
              label: say('history.state'),
              cell: ({ state }) => <StateMark state={state} isGone={isGone} />,
            },
            { label: say('change.since'), cell: ({ sinceMs }) => <When atMs={sinceMs} /> },
          ]}
        />
      </Section>
      <Rows change={change} />
    </Flex>
  );
}

const Columns = styled.div`
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(36rem, 100%), 1fr));
  gap: ${({ theme }) => theme.spaces[6]};
  align-items: start;
`;
