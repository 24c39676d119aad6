import { Box, Field, TextInput, Typography } from '@strapi/design-system';
import { Cross } from '@strapi/icons';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { styled } from 'styled-components';

import type { NamedEntry } from '../../../../contract/admin-api.ts';
import { textOfFailure } from '../../api/problems.ts';
import { useTexts } from '../../translations/texts.ts';
import { isForList, STEPS, type FoundEntries } from './choosing.ts';
import { useEntries } from './use-entries.ts';

export type ChosenEntry = Pick<NamedEntry, 'uid' | 'documentId' | 'title'>;

interface EntryChoiceProps {
  readonly label: string;
  readonly chosen: ChosenEntry | undefined;
  /** `undefined`: none. */
  readonly onChoose: (entry: ChosenEntry | undefined) => void;
  /** Entries of this type alone. */
  readonly uid?: string | undefined;
}

/**
 * Searches while one types. Not the combobox of the design system: that one takes the first of several
 * entries of the same title, whichever was chosen.
 * https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export function EntryChoice({ label, chosen, onChoose, uid }: EntryChoiceProps): ReactElement {
  const say = useTexts();
  const listId = useId();
  // `undefined` while the list is closed.
  const [typed, setTyped] = useState<string>();
  const [activeIndex, setActiveIndex] = useState(0);
  const isOpen = typed !== undefined;
  const found = useEntries(typed, uid);
  const { entries } = found;
  const active = entries[activeIndex];
  const search = (text: string): void => {
    setTyped(text);
    setActiveIndex(0);
  };
  const choose = (entry: ChosenEntry | undefined): void => {
    setTyped(undefined);
    onChoose(entry);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isForList(event.nativeEvent, isOpen)) return;
    event.preventDefault();
    const step = STEPS[event.key];
    if (event.key === 'Escape') setTyped(undefined);
    else if (event.key === 'Enter') {
      if (!found.isLoading) choose(active ?? chosen);
    } else if (!isOpen) search('');
    else if (step !== undefined) setActiveIndex(turn(activeIndex + step, entries.length));
  };
  return (
    <Field.Root minWidth={0} position="relative">
      <Field.Label>{label}</Field.Label>
      <TextInput
        size="S"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={active && optionId(listId, active)}
        autoComplete="off"
        spellCheck={false}
        placeholder={say('filter.search')}
        value={typed ?? chosen?.title ?? ''}
        onClick={() => isOpen || search('')}
        onChange={(event) => search(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => setTyped(undefined)}
        endAction={chosen && <Clear label={label} onClick={() => choose(undefined)} />}
      />
      <Popup hidden={!isOpen} background="neutral0" hasRadius shadow="filterShadow">
        <Options id={listId} label={label} entries={entries} active={active} onChoose={choose} />
        {isOpen && <Note found={found} />}
      </Popup>
    </Field.Root>
  );
}

function turn(index: number, length: number): number {
  return length === 0 ? 0 : (index + length) % length;
}

function optionId(listId: string, { uid, documentId }: NamedEntry): string {
  return `${listId}${uid}:${documentId}`;
}

function Clear({
  label,
  onClick,
}: {
  readonly label: string;
  readonly onClick: () => void;
}): ReactElement {
  const say = useTexts();
  return (
    <Field.Action label={say('filter.clear-one', { label })} onClick={onClick}>
      <Cross fill="neutral600" />
    </Field.Action>
  );
}

interface OptionsProps {
  readonly id: string;
  readonly label: string;
  readonly entries: readonly NamedEntry[];
  readonly active: NamedEntry | undefined;
  readonly onChoose: (entry: NamedEntry) => void;
}

function Options({ id, label, entries, active, onChoose }: OptionsProps): ReactElement {
  return (
    <ul id={id} role="listbox" aria-label={label}>
      {entries.map((entry) => (
        <Option
          key={optionId(id, entry)}
          id={optionId(id, entry)}
          entry={entry}
          isActive={entry === active}
          onChoose={onChoose}
        />
      ))}
    </ul>
  );
}

interface OptionProps {
  readonly id: string;
  readonly entry: NamedEntry;
  readonly isActive: boolean;
  readonly onChoose: (entry: NamedEntry) => void;
}

function Option({ id, entry, isActive, onChoose }: OptionProps): ReactElement {
  const option = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isActive) option.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    <Box
      ref={option}
      tag="li"
      id={id}
      role="option"
      aria-selected={isActive}
      padding={2}
      cursor="pointer"
      background={isActive ? 'primary100' : undefined}
      style={{ overflowWrap: 'anywhere' }}
      // The field keeps the focus.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onChoose(entry)}
    >
      <Typography textColor="neutral800">{entry.title}</Typography>
      <Typography tag="p" variant="pi" textColor="neutral600">
        {entry.typeName}
      </Typography>
    </Box>
  );
}

function Note({ found }: { readonly found: FoundEntries }): ReactElement {
  const text = useNote(found);
  return (
    <Box role="status" padding={text === undefined ? 0 : 2}>
      <Typography textColor="neutral600">{text}</Typography>
    </Box>
  );
}

function useNote({ entries, isLoading, failure }: FoundEntries): string | undefined {
  const say = useTexts();
  if (isLoading) return say('loading');
  if (failure !== undefined) return say(textOfFailure(failure), { message: failure.message });
  return entries.length === 0 ? say('filter.no-entry') : undefined;
}

const Popup = styled(Box)`
  position: absolute;
  inset: calc(100% + ${({ theme }) => theme.spaces[1]}) 0 auto;
  z-index: 2;
  max-height: 32rem;
  overflow-y: auto;
  border: 1px solid ${({ theme }) => theme.colors.neutral150};

  &[hidden] {
    display: none;
  }
`;
