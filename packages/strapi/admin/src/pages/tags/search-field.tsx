import { Box, Button, Field, Flex, TextInput } from '@strapi/design-system';
import { Search } from '@strapi/icons';
import { useEffect, useState, type FormEvent, type ReactElement } from 'react';

import { useTexts } from '../../translations/texts.ts';

interface SearchFieldProps {
  readonly value: string | undefined;
  readonly onSearch: (text: string) => void;
}

export function SearchField({ value = '', onSearch }: SearchFieldProps): ReactElement {
  const say = useTexts();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    onSearch(typed.trim());
  };
  return (
    <Box tag="search" background="neutral0" hasRadius shadow="tableShadow" padding={5}>
      <form onSubmit={onSubmit}>
        <Flex gap={2} alignItems="flex-end" wrap="wrap">
          <Field.Root flex="1 1 24rem" minWidth={0}>
            <Field.Label>{say('tags-page.search')}</Field.Label>
            <TextInput
              type="search"
              placeholder="article:* · https://www.example.com/news"
              value={typed}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          </Field.Root>
          <Button type="submit" size="L" startIcon={<Search />}>
            {say('tags-page.find')}
          </Button>
        </Flex>
      </form>
    </Box>
  );
}
