import { Flex, Link, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';
import { Link as RouterLink } from 'react-router-dom';

import type { Change, EntryReference, EntryStatus } from '../../../contract/admin-api.ts';
import { ActorName } from '../parts/actor-name.tsx';
import { changePath, historyPath } from '../parts/paths.ts';
import { reasonText } from '../parts/reason-text.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { useTimes } from '../parts/times.ts';
import { useTexts } from '../translations/texts.ts';
import { goneChanges } from './progress.ts';
import { Section } from './section.tsx';

/** What was refreshed of an entry lately: when, why, by whom, and what came of it. */
export function LastChanges({
  entry: { uid, documentId },
  changes,
  isGone,
}: Pick<EntryStatus, 'changes' | 'isGone'> & {
  readonly entry: EntryReference;
}): ReactElement {
  const say = useTexts();
  const gone = goneChanges({ changes, isGone });
  return (
    <Section title={say('changes.list')}>
      <Flex tag="ul" direction="column" alignItems="stretch" gap={3}>
        {changes.map((change) => (
          <LastChange key={change.id} change={change} isGone={gone.has(change)} />
        ))}
      </Flex>
      <Link tag={RouterLink} to={historyPath({ uid, documentId })}>
        {say('changes.all')}
      </Link>
    </Section>
  );
}

function LastChange({
  change,
  isGone,
}: {
  readonly change: Change;
  readonly isGone: boolean;
}): ReactElement {
  const say = useTexts();
  const times = useTimes();
  const { id, reason, actor, state, committedAtMs } = change;
  return (
    <Flex tag="li" direction="column" alignItems="flex-start" gap={1}>
      <Link tag={RouterLink} to={changePath(id)}>
        {`${times.short(committedAtMs)} · ${reasonText(say, reason)}`}
      </Link>
      <Flex gap={2} wrap="wrap">
        <StateMark state={state} isGone={isGone} />
        <Typography variant="pi" textColor="neutral600" style={{ overflowWrap: 'anywhere' }}>
          <ActorName actor={actor} />
        </Typography>
      </Flex>
    </Flex>
  );
}
