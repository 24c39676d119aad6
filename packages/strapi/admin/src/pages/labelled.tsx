import { Field } from '@strapi/design-system';
import type { ReactElement, ReactNode } from 'react';

interface LabelledProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: ReactNode;
}

export function Labelled({ label, hint, children }: LabelledProps): ReactElement {
  return (
    <Field.Root hint={hint} minWidth={0}>
      <Field.Label>{label}</Field.Label>
      {children}
      <Field.Hint />
    </Field.Root>
  );
}
