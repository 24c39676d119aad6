import { Button, Dialog, Flex } from '@strapi/design-system';
import { ArrowClockwise, WarningCircle } from '@strapi/icons';
import { useFetchClient, useNotification } from '@strapi/strapi/admin';
import { useRef, useState, type ReactElement } from 'react';

import type { ChangeDetail } from '../../../../contract/admin-api.ts';
import { failureOf, type ApiFailure } from '../../api/problems.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { useTexts } from '../../translations/texts.ts';

interface DecisionsProps {
  readonly change: ChangeDetail;
  readonly path: string;
  readonly askAgain: () => void;
  /** Takes the focus: the buttons go away. */
  readonly onDecided: () => void;
}

type Decision = 'retry' | 'discard';

/** What a person may do with a change that is stuck. */
export function Decisions(props: DecisionsProps): ReactElement {
  const { change, path, askAgain, onDecided } = props;
  const say = useTexts();
  const { running, failure, decide } = useDecision(path, askAgain);
  return (
    <>
      {failure && <FailureNote failure={failure} />}
      {(change.mayRetry || change.mayDiscard) && (
        <Flex gap={2} wrap="wrap">
          {change.mayRetry && (
            <Button
              startIcon={<ArrowClockwise />}
              loading={running === 'retry'}
              disabled={running !== undefined}
              onClick={() => {
                onDecided();
                void decide('retry');
              }}
            >
              {say('change.retry')}
            </Button>
          )}
          {change.mayDiscard && (
            <GiveUp
              isRunning={running === 'discard'}
              onConfirm={() => void decide('discard')}
              onConfirmed={onDecided}
            />
          )}
        </Flex>
      )}
    </>
  );
}

interface GiveUpProps {
  readonly isRunning: boolean;
  readonly onConfirm: () => void;
  /** Called once the window has gone, which keeps the focus inside until then. */
  readonly onConfirmed: () => void;
}

function GiveUp({ isRunning, onConfirm, onConfirmed }: GiveUpProps): ReactElement {
  const say = useTexts();
  const isConfirmed = useRef(false);
  const onClosed = (event: Event): void => {
    if (!isConfirmed.current) return;
    isConfirmed.current = false;
    event.preventDefault();
    onConfirmed();
  };
  return (
    <Dialog.Root>
      <Dialog.Trigger>
        <Button variant="danger-light" loading={isRunning}>
          {say('change.discard')}
        </Button>
      </Dialog.Trigger>
      <Dialog.Content onCloseAutoFocus={onClosed}>
        <Dialog.Header>{say('change.discard-title')}</Dialog.Header>
        <Dialog.Body icon={<WarningCircle fill="danger600" />}>
          {say('change.discard-text')}
        </Dialog.Body>
        <Dialog.Footer>
          <Dialog.Cancel>
            <Button variant="tertiary" fullWidth>
              {say('action.cancel')}
            </Button>
          </Dialog.Cancel>
          <Dialog.Action>
            <Button
              variant="danger-light"
              fullWidth
              onClick={() => {
                isConfirmed.current = true;
                onConfirm();
              }}
            >
              {say('change.discard')}
            </Button>
          </Dialog.Action>
        </Dialog.Footer>
      </Dialog.Content>
    </Dialog.Root>
  );
}

interface Deciding {
  readonly running: Decision | undefined;
  readonly failure: ApiFailure | undefined;
  readonly decide: (decision: Decision) => Promise<void>;
}

function useDecision(path: string, askAgain: () => void): Deciding {
  const say = useTexts();
  const { post } = useFetchClient();
  const { toggleNotification } = useNotification();
  const [running, setRunning] = useState<Decision>();
  const [failure, setFailure] = useState<ApiFailure>();
  const decide = async (decision: Decision): Promise<void> => {
    setRunning(decision);
    setFailure(undefined);
    try {
      await post(`${path}/${decision}`);
      toggleNotification({ type: 'success', message: say(`change.${decision}-done`) });
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setRunning(undefined);
      askAgain();
    }
  };
  return { running, failure, decide };
}
