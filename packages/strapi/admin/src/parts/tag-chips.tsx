import { Box, Button, Flex, Typography } from '@strapi/design-system';
import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';

import { useTexts } from '../translations/texts.ts';
import { CopyButton } from './copy.tsx';
import { Unseen } from './unseen.tsx';

/** Shown before the reader asks for more. */
const FIRST = 5;

/**
 * Tags, each to copy, and all of them.
 * @param total how many there are, if more than are given
 */
export function TagChips({
  tags,
  total = tags.length,
}: {
  readonly tags: readonly string[];
  readonly total?: number;
}): ReactElement {
  const say = useTexts();
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen ? tags : tags.slice(0, FIRST);
  // The button that had the focus has gone.
  const nextChip = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOpen) nextChip.current?.focus();
  }, [isOpen]);
  return (
    <Flex direction="column" alignItems="flex-start" gap={2}>
      <Flex tag="ul" wrap="wrap" gap={1} aria-label={say('tags.list')}>
        {shown.map((tag, index) => (
          <Chip key={tag} tag={tag} chipRef={index === FIRST ? nextChip : undefined} />
        ))}
      </Flex>
      <Unseen role="status">{isOpen && say('tags.shown', { count: tags.length })}</Unseen>
      <Flex gap={2} alignItems="center" wrap="wrap">
        {tags.length > 1 && (
          <CopyButton
            text={tags.join('\n')}
            label={say('tags.copy-all', { count: tags.length })}
            isWide
          />
        )}
        {shown.length < tags.length && (
          <Button variant="tertiary" size="S" type="button" onClick={() => setOpen(true)}>
            {say('tags.show-all', { count: tags.length })}
          </Button>
        )}
        {shown.length === tags.length && tags.length < total && (
          <Typography variant="pi" textColor="neutral600">
            {say('tags.more', { count: total - tags.length })}
          </Typography>
        )}
      </Flex>
    </Flex>
  );
}

interface ChipProps {
  readonly tag: string;
  /** Left out: it cannot take the focus. */
  readonly chipRef: RefObject<HTMLLIElement> | undefined;
}

function Chip({ tag, chipRef }: ChipProps): ReactElement {
  const say = useTexts();
  return (
    <Box
      tag="li"
      background="neutral150"
      hasRadius
      paddingLeft={2}
      maxWidth="100%"
      {...(chipRef && { ref: chipRef, tabIndex: -1 })}
    >
      <Flex gap={1} alignItems="center">
        <Typography
          tag="code"
          variant="pi"
          textColor="neutral800"
          style={{ overflowWrap: 'anywhere' }}
        >
          {tag}
        </Typography>
        <CopyButton text={tag} label={say('tags.copy', { tag })} />
      </Flex>
    </Box>
  );
}
