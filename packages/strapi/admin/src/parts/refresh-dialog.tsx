import { Modal } from '@strapi/design-system';
import { useState, type ReactElement, type ReactNode } from 'react';

import type { RefreshRequest } from '../../../contract/admin-api.ts';
import { useTexts } from '../translations/texts.ts';
import { RefreshQuestion } from './refresh-question.tsx';

interface RefreshDialogProps {
  readonly title: string;
  readonly request: RefreshRequest;
  readonly onBegun?: (() => void) | undefined;
  /** The button that opens it. */
  readonly children: ReactNode;
}

/** Asks before it refreshes, in a window of its own. */
export function RefreshDialog(props: RefreshDialogProps): ReactElement {
  const { title, request, onBegun, children } = props;
  const say = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <Modal.Root open={isOpen} onOpenChange={setOpen}>
      <Modal.Trigger>{children}</Modal.Trigger>
      <Modal.Content aria-describedby={undefined}>
        <Modal.Header closeLabel={say('action.close')}>
          <Modal.Title>{title}</Modal.Title>
        </Modal.Header>
        <RefreshQuestion request={request} onBegun={onBegun} onClose={() => setOpen(false)} />
      </Modal.Content>
    </Modal.Root>
  );
}
