import { DateTimePicker } from '@strapi/design-system';
import type { ReactElement } from 'react';

import { useTexts } from '../../translations/texts.ts';
import { Labelled } from '../labelled.tsx';
import type { Filters } from './filters.ts';

interface SpanFieldsProps {
  readonly filters: Filters;
  readonly narrow: (filters: Filters) => void;
}

/** From when, and until when. */
export function SpanFields({ filters, narrow }: SpanFieldsProps): ReactElement {
  const say = useTexts();
  return (
    <>
      <TimeField
        label={say('filter.since')}
        valueMs={filters.sinceMs}
        onChange={(sinceMs) => narrow({ ...filters, sinceMs })}
      />
      <TimeField
        label={say('filter.until')}
        valueMs={filters.untilMs}
        onChange={(untilMs) => narrow({ ...filters, untilMs })}
      />
    </>
  );
}

interface TimeFieldProps {
  readonly label: string;
  readonly valueMs: number | undefined;
  readonly onChange: (valueMs: number | undefined) => void;
}

function TimeField({ label, valueMs, onChange }: TimeFieldProps): ReactElement {
  const say = useTexts();
  return (
    <Labelled label={label}>
      <DateTimePicker
        size="S"
        dateLabel={say('filter.date', { label })}
        timeLabel={say('filter.time', { label })}
        clearLabel={say('filter.clear-one', { label })}
        value={valueMs === undefined ? null : new Date(valueMs)}
        onChange={(date) => onChange(date?.getTime())}
        onClear={() => onChange(undefined)}
      />
    </Labelled>
  );
}
