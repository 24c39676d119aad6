import { Flex, SingleSelect, SingleSelectOption, Typography } from '@strapi/design-system';
import { useState, type ReactElement } from 'react';
import { styled } from 'styled-components';

import type { MappingPreview as Preview, TypeView } from '../../../../contract/admin-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { useTexts } from '../../translations/texts.ts';
import { EntryChoice, type ChosenEntry } from '../entry-choice/entry-choice.tsx';
import { Labelled } from '../labelled.tsx';
import { Loading } from '../loading.tsx';
import { Section } from '../section.tsx';
import { PreviewedLocale } from './previewed-locale.tsx';

/** One entry as the mapping sees it. */
export function MappingPreview(props: { readonly types: readonly TypeView[] }): ReactElement {
  const say = useTexts();
  const types = props.types.filter(({ tagName }) => tagName !== undefined);
  const [uid = types[0]?.uid, setUid] = useState<string>();
  const [entry, setEntry] = useState<ChosenEntry>();
  const path = entry && `/freshtag/settings/preview?${queryOf(entry)}`;
  const { data, failure, isLoading, askAgain } = useAnswer<Preview>(path);
  return (
    <Section title={say('preview.title')} hint={say('preview.hint')}>
      <Flex direction="column" alignItems="stretch" gap={4}>
        <Choices>
          <Labelled label={say('preview.type')}>
            <SingleSelect
              size="S"
              aria-label={say('preview.type')}
              value={uid ?? null}
              onChange={(chosen) => {
                setUid(String(chosen));
                setEntry(undefined);
              }}
            >
              {types.map((type) => (
                <SingleSelectOption key={type.uid} value={type.uid}>
                  {type.typeName}
                </SingleSelectOption>
              ))}
            </SingleSelect>
          </Labelled>
          <EntryChoice label={say('preview.entry')} chosen={entry} onChoose={setEntry} uid={uid} />
        </Choices>
        {failure && <FailureNote failure={failure} askAgain={askAgain} />}
        {isLoading && <Loading />}
        {data?.locales.length === 0 && <Typography>{say('preview.none')}</Typography>}
        {data?.locales.map((previewed) => (
          <PreviewedLocale key={previewed.locale ?? ''} previewed={previewed} />
        ))}
      </Flex>
    </Section>
  );
}

function queryOf({ uid, documentId }: ChosenEntry): URLSearchParams {
  return new URLSearchParams({ uid, documentId });
}

const Choices = styled.div`
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
  gap: ${({ theme }) => theme.spaces[3]};
`;
