import { TextInput } from '@strapi/design-system';
import { useEffect, useState, type ReactElement } from 'react';

import { useTexts } from '../../translations/texts.ts';
import { Labelled } from '../labelled.tsx';

/** How long the reader rests before the history is asked. */
const REST_MS = 400;

interface TagFieldProps {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

export function TagField({ value = '', onChange }: TagFieldProps): ReactElement {
  const say = useTexts();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    const tag = typed.trim();
    if (tag === value) return undefined;
    const timer = window.setTimeout(() => onChange(tag || undefined), REST_MS);
    return () => window.clearTimeout(timer);
    // oxlint-disable-next-line react/exhaustive-deps -- what is called is made anew with each drawing
  }, [typed]);
  return (
    <Labelled label={say('filter.tag')}>
      <TextInput
        size="S"
        value={typed}
        placeholder="article:*"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </Labelled>
  );
}
