import { Box, Flex, Typography } from '@strapi/design-system';
import { useId, type ReactElement, type ReactNode, type RefObject } from 'react';

interface SectionProps {
  readonly title: string;
  readonly hint?: string | undefined;
  /** What is in it has a surface of its own. */
  readonly isBare?: boolean;
  /** Of its heading, which can take the focus of what goes away below it. */
  readonly headingRef?: RefObject<HTMLHeadingElement>;
  readonly children: ReactNode;
}

export function Section(props: SectionProps): ReactElement {
  const { title, hint, isBare = false, headingRef, children } = props;
  const id = useId();
  const surface = isBare
    ? {}
    : ({ background: 'neutral0', hasRadius: true, shadow: 'tableShadow', padding: 5 } as const);
  return (
    <Flex
      tag="section"
      aria-labelledby={id}
      direction="column"
      alignItems="stretch"
      gap={3}
      minWidth={0}
    >
      <Typography
        tag="h2"
        variant="beta"
        id={id}
        {...(headingRef && { ref: headingRef, tabIndex: -1 })}
      >
        {title}
      </Typography>
      {hint !== undefined && (
        <Typography tag="p" textColor="neutral600">
          {hint}
        </Typography>
      )}
      <Box {...surface}>{children}</Box>
    </Flex>
  );
}
