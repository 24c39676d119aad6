import type { AriaRole, ReactElement, ReactNode } from 'react';
import { styled } from 'styled-components';

interface UnseenProps {
  readonly as?: 'div' | 'span';
  readonly role?: AriaRole;
  readonly children: ReactNode;
}

/** For screen readers alone. */
export function Unseen({ as = 'span', role, children }: UnseenProps): ReactElement {
  return (
    <Hidden as={as} role={role}>
      {children}
    </Hidden>
  );
}

const Hidden = styled.span`
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
`;
