import { Flex, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router-dom';

import type { TagSearch } from '../../../../contract/admin-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { useTexts } from '../../translations/texts.ts';
import { Frame } from '../frame.tsx';
import { Loading } from '../loading.tsx';
import { useRights } from '../use-rights.ts';
import { Found } from './found.tsx';
import { RefreshEverything } from './refresh-everything.tsx';
import { SearchField } from './search-field.tsx';

export function TagsPage(): ReactElement {
  const say = useTexts();
  const { mayRefreshTags, mayRefreshAll } = useRights();
  const [query, setQuery] = useSearchParams();
  const search = query.get('search')?.trim() || undefined;
  const path = search && `/freshtag/tags?${new URLSearchParams({ search })}`;
  const { data, failure, isLoading, askAgain } = useAnswer<TagSearch>(path);
  return (
    <Frame title={say('tags-page.title')} subtitle={say('tags-page.subtitle')}>
      <Flex direction="column" alignItems="stretch" gap={6}>
        <SearchField value={search} onSearch={(text) => setQuery(text ? { search: text } : {})} />
        {search === undefined && <Typography>{say('tags-page.begin')}</Typography>}
        {failure && <FailureNote failure={failure} askAgain={askAgain} />}
        {isLoading && <Loading />}
        {data && <Found key={search} found={data} mayRefresh={mayRefreshTags} />}
        {mayRefreshAll && <RefreshEverything />}
      </Flex>
    </Frame>
  );
}
