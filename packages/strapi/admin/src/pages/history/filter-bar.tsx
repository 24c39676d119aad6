import { Box, Button, SingleSelect, SingleSelectOption } from '@strapi/design-system';
import { Cross } from '@strapi/icons';
import { useState, type ReactElement } from 'react';
import { styled } from 'styled-components';

import { REFRESH_STATES, type ActorSearch } from '../../../../contract/admin-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { actorName } from '../../parts/actor-name.tsx';
import { useTexts } from '../../translations/texts.ts';
import { EntryChoice } from '../entry-choice/entry-choice.tsx';
import { Labelled } from '../labelled.tsx';
import { PERIODS, type Filters } from './filters.ts';
import { SpanFields } from './span-fields.tsx';
import { TagField } from './tag-field.tsx';

interface FilterBarProps {
  readonly filters: Filters;
  readonly narrow: (filters: Filters) => void;
  /** Of the entry that is chosen, if it is known. */
  readonly entryTitle: string | undefined;
}

export function FilterBar({ filters, narrow, entryTitle }: FilterBarProps): ReactElement {
  const say = useTexts();
  const { entry, tag, actor, state, period } = filters;
  const actors = useActorOptions(actor);
  // The address has the id alone.
  const [titles, setTitles] = useState<Readonly<Record<string, string>>>({});
  const isNarrowed = Object.keys(filters).length > 0;
  return (
    <Bar
      tag="search"
      aria-label={say('filter.title')}
      background="neutral0"
      hasRadius
      shadow="tableShadow"
    >
      <EntryChoice
        label={say('filter.entry')}
        chosen={
          entry && { ...entry, title: titles[entry.documentId] ?? entryTitle ?? entry.documentId }
        }
        onChoose={(chosen) => {
          if (chosen) setTitles({ ...titles, [chosen.documentId]: chosen.title });
          narrow({ ...filters, entry: chosen });
        }}
      />
      <TagField value={tag} onChange={(next) => narrow({ ...filters, tag: next })} />
      <Choice
        label={say('filter.who')}
        value={actor}
        options={actors}
        onChange={(next) => narrow({ ...filters, actor: next })}
      />
      <Choice
        label={say('filter.state')}
        value={state}
        options={REFRESH_STATES.map((name) => ({ value: name, text: say(`state.${name}`) }))}
        onChange={(next) => narrow({ ...filters, state: next })}
      />
      <Choice
        label={say('filter.period')}
        value={period}
        options={PERIODS.map((name) => ({ value: name, text: say(`period.${name}`) }))}
        onChange={(next) =>
          narrow({ ...filters, period: next, sinceMs: undefined, untilMs: undefined })
        }
      />
      {period === 'custom' && <SpanFields filters={filters} narrow={narrow} />}
      {isNarrowed && (
        <Box style={{ alignSelf: 'end' }}>
          <Button variant="tertiary" size="S" startIcon={<Cross />} onClick={() => narrow({})}>
            {say('filter.clear')}
          </Button>
        </Box>
      )}
    </Bar>
  );
}

interface Option<Value extends string> {
  readonly value: Value;
  readonly text: string;
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value | undefined;
  readonly options: readonly Option<Value>[];
  readonly onChange: (value: Value | undefined) => void;
}

function Choice<Value extends string>(props: ChoiceProps<Value>): ReactElement {
  const { label, value, options, onChange } = props;
  const say = useTexts();
  return (
    <Labelled label={label}>
      <SingleSelect
        size="S"
        aria-label={label}
        placeholder={say('filter.any')}
        clearLabel={say('filter.clear-one', { label })}
        value={value ?? null}
        onChange={(chosen) => onChange(options.find((option) => option.value === chosen)?.value)}
        onClear={() => onChange(undefined)}
      >
        {options.map((option) => (
          <SingleSelectOption key={option.value} value={option.value}>
            {option.text}
          </SingleSelectOption>
        ))}
      </SingleSelect>
    </Labelled>
  );
}

/** Those of the history, and the one of the address even if it is not among them. */
function useActorOptions(chosen: string | undefined): readonly Option<string>[] {
  const say = useTexts();
  const { data } = useAnswer<ActorSearch>('/freshtag/actors');
  const options = (data?.actors ?? []).map((actor) => ({
    value: actor.key,
    text: actorName(say, actor),
  }));
  const isKnown = chosen === undefined || options.some(({ value }) => value === chosen);
  return isKnown ? options : [...options, { value: chosen, text: chosen }];
}

const Bar = styled(Box)`
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr));
  gap: ${({ theme }) => theme.spaces[3]};
  padding: ${({ theme }) => theme.spaces[4]};
`;
