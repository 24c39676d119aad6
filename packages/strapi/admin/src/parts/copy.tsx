import { Button, IconButton } from '@strapi/design-system';
import { Check, Cross, Duplicate } from '@strapi/icons';
import { useClipboard } from '@strapi/strapi/admin';
import { useEffect, useState, type ReactElement } from 'react';

import { useTexts } from '../translations/texts.ts';
import { Unseen } from './unseen.tsx';

/** How long a button tells what came of it. */
const SHOWN_MS = 3_000;

interface CopyButtonProps {
  readonly text: string;
  /** What it copies: names the button. */
  readonly label: string;
  /** Shows the label beside the icon. */
  readonly isWide?: boolean;
}

/** Says what came of it: browsers give the clipboard to pages of secure addresses alone. */
export function CopyButton({ text, label, isWide = false }: CopyButtonProps): ReactElement {
  const say = useTexts();
  const { copy } = useClipboard();
  const [outcome, setOutcome] = useState<'copied' | 'not-copied'>();
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = window.setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [outcome]);
  const onClick = async (): Promise<void> => {
    setOutcome((await copy(text)) ? 'copied' : 'not-copied');
  };
  const said = outcome === undefined ? undefined : say(`action.${outcome}`);
  const Icon = outcome === undefined ? Duplicate : outcome === 'copied' ? Check : Cross;
  return (
    <>
      {isWide ? (
        <Button size="S" variant="tertiary" startIcon={<Icon />} onClick={() => void onClick()}>
          {label}
        </Button>
      ) : (
        <IconButton
          size="XS"
          variant="ghost"
          label={said ?? label}
          aria-label={label}
          onClick={() => void onClick()}
        >
          <Icon />
        </IconButton>
      )}
      <Unseen role="status">{said}</Unseen>
    </>
  );
}
