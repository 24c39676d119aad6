import { Button } from '@strapi/design-system';
import { ArrowUp } from '@strapi/icons';
import { useState, type ReactElement } from 'react';
import { styled } from 'styled-components';

import { Unseen } from '../../parts/unseen.tsx';
import { useTexts } from '../../translations/texts.ts';

interface NewerNoteProps {
  readonly hasNewer: boolean;
  readonly onShow: () => void;
}

/** Stays in sight of readers who are further down. */
export function NewerNote({ hasNewer, onShow }: NewerNoteProps): ReactElement {
  const say = useTexts();
  const [wasShown, setShown] = useState(false);
  const onClick = (): void => {
    setShown(true);
    onShow();
  };
  return (
    <Strip role="status">
      {hasNewer ? (
        <Button size="S" startIcon={<ArrowUp />} onClick={onClick}>
          {say('history.newer')}
        </Button>
      ) : (
        wasShown && <Unseen>{say('history.newest-shown')}</Unseen>
      )}
    </Strip>
  );
}

/** Over the table, which does not move for it. */
const Strip = styled.div`
  position: sticky;
  top: 8rem;
  z-index: 1;
  display: flex;
  justify-content: center;
  height: 0;
  margin-top: -${({ theme }) => theme.spaces[4]};
`;
