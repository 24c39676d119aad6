import { Button, Field, Flex, Loader, Modal, Typography } from '@strapi/design-system';
import { ArrowClockwise } from '@strapi/icons';
import { useId, useState, type FormEvent, type ReactElement } from 'react';

import type { RefreshPreview, RefreshRequest } from '../../../contract/admin-api.ts';
import { useTexts } from '../translations/texts.ts';
import { FailureNote } from './failure-note.tsx';
import { useRefresh } from './use-refresh.ts';

interface RefreshQuestionProps {
  readonly request: RefreshRequest;
  readonly onClose: () => void;
  /** It has begun: what is shown beside may be asked again. */
  readonly onBegun?: (() => void) | undefined;
}

/** Body and footer of a modal: how much a refresh would be, and whether to begin it. */
export function RefreshQuestion({ request, onClose, onBegun }: RefreshQuestionProps): ReactElement {
  const say = useTexts();
  const { preview, failure, isRunning, askAgain, begin } = useRefresh(request);
  const [typed, setTyped] = useState('');
  const formId = useId();
  const isWholeSite = 'all' in request;
  const isConfirmed = !isWholeSite || typed === preview?.environment;
  const onSubmit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!(await begin(typed))) return;
    onBegun?.();
    onClose();
  };
  return (
    <>
      <Modal.Body>
        <form id={formId} onSubmit={(event) => void onSubmit(event)}>
          <Flex direction="column" alignItems="stretch" gap={4}>
            {failure && <FailureNote failure={failure} askAgain={askAgain} />}
            <div aria-live="polite">
              {preview ? (
                <Extent preview={preview} />
              ) : (
                !failure && <Loader small>{say('loading')}</Loader>
              )}
            </div>
            {isWholeSite && preview && (
              <Confirmation environment={preview.environment} typed={typed} onType={setTyped} />
            )}
          </Flex>
        </form>
      </Modal.Body>
      <Modal.Footer>
        <Button variant="tertiary" onClick={onClose}>
          {say('action.cancel')}
        </Button>
        <Button
          type="submit"
          form={formId}
          variant={isWholeSite ? 'danger' : 'default'}
          startIcon={<ArrowClockwise />}
          loading={isRunning}
          disabled={!preview || preview.tags === 0 || !isConfirmed}
        >
          {say(isWholeSite ? 'refresh.begin-all' : 'refresh.begin')}
        </Button>
      </Modal.Footer>
    </>
  );
}

interface ConfirmationProps {
  readonly environment: string;
  readonly typed: string;
  readonly onType: (text: string) => void;
}

function Confirmation({ environment, typed, onType }: ConfirmationProps): ReactElement {
  const say = useTexts();
  return (
    <Field.Root name="confirm" hint={say('refresh.confirm-hint')} required>
      <Field.Label>{say('refresh.confirm', { environment })}</Field.Label>
      <Field.Input
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onType(event.currentTarget.value)}
      />
      <Field.Hint />
    </Field.Root>
  );
}

function Extent({ preview }: { readonly preview: RefreshPreview }): ReactElement {
  const say = useTexts();
  const { entries, refused, tags, calls, targets } = preview;
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      {tags === 0 ? (
        <Typography>{say('refresh.nothing')}</Typography>
      ) : (
        <Typography>
          {entries > 0 && `${say('refresh.entries', { entries })} `}
          {say('refresh.extent', { tags, calls })}
        </Typography>
      )}
      {targets.length > 0 && (
        <Typography textColor="neutral600" style={{ overflowWrap: 'anywhere' }}>
          {say('refresh.targets', { targets: targets.join(', ') })}
        </Typography>
      )}
      {refused > 0 && (
        <Typography textColor="neutral800">{say('refresh.refused', { refused })}</Typography>
      )}
    </Flex>
  );
}
