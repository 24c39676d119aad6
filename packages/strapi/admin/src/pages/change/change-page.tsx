import { Link } from '@strapi/design-system';
import { ArrowLeft } from '@strapi/icons';
import type { ReactElement } from 'react';
import { Link as RouterLink, useLocation, useParams } from 'react-router-dom';

import type { ChangeDetail } from '../../../../contract/admin-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { historyPath } from '../../parts/paths.ts';
import { reasonText } from '../../parts/reason-text.ts';
import { useTimes } from '../../parts/times.ts';
import { useTexts } from '../../translations/texts.ts';
import { Frame } from '../frame.tsx';
import { Loading } from '../loading.tsx';
import { isOnItsWay } from '../on-its-way.ts';
import { ChangeView } from './change-view.tsx';

const MOVING_MS = 2_000;
/** What is complete may be seen at the edge, and what is stale may be refreshed. */
const RESTING_MS = 10_000;

export function ChangePage(): ReactElement {
  const say = useTexts();
  const times = useTimes();
  const { id = '' } = useParams();
  const path = `/freshtag/history/${encodeURIComponent(id)}`;
  const { data, failure, isLoading, askAgain } = useAnswer<ChangeDetail>(path, pause);
  const title = data && (data.entry?.title ?? reasonText(say, data.reason));
  return (
    <Frame
      title={title ?? say('change.title')}
      subtitle={data && times.full(data.committedAtMs)}
      back={<BackToHistory />}
    >
      {failure && <FailureNote failure={failure} askAgain={askAgain} />}
      {isLoading && <Loading />}
      {data && <ChangeView change={data} path={path} askAgain={askAgain} />}
    </Frame>
  );
}

function pause(change: ChangeDetail): number {
  return isOnItsWay(change.state) ? MOVING_MS : RESTING_MS;
}

/** With the filters that the reader came from. */
function BackToHistory(): ReactElement {
  const say = useTexts();
  const { state }: { state: unknown } = useLocation();
  const search = isObject(state) && typeof state['search'] === 'string' ? state['search'] : '';
  return (
    <Link
      tag={RouterLink}
      to={{ pathname: historyPath(), search }}
      startIcon={<ArrowLeft aria-hidden />}
    >
      {say('history.title')}
    </Link>
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
