import { Flex, Link, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';
import { Link as RouterLink } from 'react-router-dom';

import type { EntryStatus } from '../../../contract/admin-api.ts';
import { changePath, SETTINGS_PATH } from '../parts/paths.ts';
import { ProblemText } from '../parts/problem-text.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { useTimes, type Times } from '../parts/times.ts';
import { useTexts, type Say } from '../translations/texts.ts';
import { isLookedAt, missingOf } from './progress.ts';

/** The state of an entry in plain words, why, and what to do. */
export function EntryState({ status }: { readonly status: EntryStatus }): ReactElement {
  const say = useTexts();
  const times = useTimes();
  const { kind, state, problem, isGone, changes } = status;
  const [newest] = changes;
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      <Flex role="status" direction="column" alignItems="flex-start" gap={2}>
        {kind === 'known' && state && <StateMark state={state} isGone={isGone} />}
        <Typography tag="p" textColor="neutral800">
          {sayStatus(say, times, status)}
        </Typography>
        {isLookedAt(status) && (
          <Typography tag="p" textColor="neutral800">
            {say('panel.looking')}
          </Typography>
        )}
      </Flex>
      {kind === 'known' && problem && <ProblemText problem={problem} isOpen={state === 'stale'} />}
      {state === 'failed' && newest && (
        <Link tag={RouterLink} to={changePath(newest.id)}>
          {say('panel.failed-link')}
        </Link>
      )}
      <HowToKnow status={status} />
    </Flex>
  );
}

/** What is not configured, if that is why nothing is refreshed or looked at. */
function HowToKnow({ status }: { readonly status: EntryStatus }): ReactElement | null {
  const say = useTexts();
  const { kind } = status;
  const missing = missingOf(status);
  if (missing === undefined && kind !== 'untagged' && kind !== 'no-targets') return null;
  return (
    <Typography tag="p" textColor="neutral600">
      {missing && `${say(`panel.${missing}`)} `}
      <Link tag={RouterLink} to={SETTINGS_PATH}>
        {say('panel.settings')}
      </Link>
    </Typography>
  );
}

/** Whether what settled is the build of a site, which no cloud was asked for. */
function isBuildAlone({ targets }: EntryStatus): boolean {
  const settled = targets.filter((target) => target.state === 'settled');
  return settled.length > 0 && settled.every(({ kind }) => kind === 'rebuilt');
}

/** One sentence or two: where it is, and what will happen or is to be done. */
function sayStatus(say: Say, times: Times, status: EntryStatus): string {
  const { kind, state, sinceMs, resumesAtMs, isGone, changes } = status;
  if (kind !== 'known') return say(`panel.${kind}`);
  if (state === undefined) return say('panel.unchanged');
  const [newest] = changes;
  const since = (atMs = sinceMs): string => (atMs === undefined ? '' : times.short(atMs));
  if (state === 'quota' && resumesAtMs !== undefined)
    return say('panel.quota-until', { time: times.short(resumesAtMs) });
  if (isGone && (state === 'live' || state === 'stale'))
    return say(`panel.${state}-gone`, { time: since() });
  if (state === 'settled' && isBuildAlone(status))
    return say('panel.settled-rebuilt', { time: since() });
  if (state === 'waiting') return say('panel.waiting', { time: since(newest?.committedAtMs) });
  return say(`panel.${state}`, { time: since() });
}
