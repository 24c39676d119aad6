import { Box, Flex, Typography } from '@strapi/design-system';
import { useId, type ReactElement, type ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly hint?: string | undefined;
  /** What is in it has a surface of its own. */
  readonly isBare?: boolean;
  readonly children: ReactNode;
}

export function Section({ title, hint, isBare = false, children }: SectionProps): ReactElement {
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
      <Typography tag="h2" variant="beta" id={id}>
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
