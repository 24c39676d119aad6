import { Typography } from '@strapi/design-system';
import { Component, type ReactElement, type ReactNode } from 'react';

import { useTexts } from '../translations/texts.ts';

interface Props {
  readonly children: ReactNode;
}

/** Keeps an error of ours from taking down the page of Strapi's that it is part of. */
export class ErrorBoundary extends Component<Props, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Broken /> : this.props.children;
  }
}

function Broken(): ReactElement {
  const say = useTexts();
  return (
    <Typography role="alert" textColor="neutral800">
      {say('broken')}
    </Typography>
  );
}
