import { Flex, Typography } from '@strapi/design-system';
import { useId, type ReactElement, type ReactNode } from 'react';

/** A part of the panel, with its title. */
export function Section({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactElement {
  const id = useId();
  return (
    <Flex
      tag="section"
      aria-labelledby={id}
      direction="column"
      alignItems="stretch"
      gap={2}
      width="100%"
    >
      <Typography id={id} tag="h3" variant="pi" fontWeight="bold" textColor="neutral800">
        {title}
      </Typography>
      {children}
    </Flex>
  );
}
