import { Flex, Typography } from '@strapi/design-system';
import {
  ArrowsCounterClockwise,
  Calendar,
  Check,
  CheckCircle,
  CheckCircleEmpty,
  Clock,
  CrossCircle,
  MinusCircle,
  PaperPlane,
  WarningCircle,
} from '@strapi/icons';
import type { ReactElement } from 'react';

import type { RefreshState } from '../../../contract/admin-api.ts';
import { useTexts } from '../translations/texts.ts';

const DRAWINGS = {
  waiting: { Icon: Clock, fill: 'neutral600' },
  quota: { Icon: Calendar, fill: 'warning700' },
  retrying: { Icon: ArrowsCounterClockwise, fill: 'warning700' },
  failed: { Icon: CrossCircle, fill: 'danger600' },
  accepted: { Icon: PaperPlane, fill: 'secondary600' },
  complete: { Icon: Check, fill: 'success600' },
  settled: { Icon: CheckCircleEmpty, fill: 'success600' },
  live: { Icon: CheckCircle, fill: 'success600' },
  stale: { Icon: WarningCircle, fill: 'warning700' },
  discarded: { Icon: MinusCircle, fill: 'neutral600' },
} as const satisfies Record<RefreshState, { Icon: typeof Clock; fill: string }>;

/** A state as icon and word; of an entry that was taken from visitors, *live* is that it is gone. */
export function StateMark({
  state,
  isGone = false,
}: {
  readonly state: RefreshState;
  readonly isGone?: boolean;
}): ReactElement {
  const say = useTexts();
  const { Icon, fill } = DRAWINGS[state];
  return (
    <Flex tag="span" inline gap={2} alignItems="center" style={{ whiteSpace: 'nowrap' }}>
      <Icon fill={fill} width="1.6rem" height="1.6rem" aria-hidden style={{ flexShrink: 0 }} />
      <Typography fontWeight="bold" textColor="neutral800">
        {say(isGone && state === 'live' ? 'state.gone' : `state.${state}`)}
      </Typography>
    </Flex>
  );
}
