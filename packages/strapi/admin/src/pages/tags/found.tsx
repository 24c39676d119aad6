import { Checkbox, Flex, Typography } from '@strapi/design-system';
import { useState, type ReactElement } from 'react';

import type { FoundTag, TagSearch } from '../../../../contract/admin-api.ts';
import { useTexts } from '../../translations/texts.ts';
import { DataTable, type Column } from '../data-table.tsx';
import { AnsweredPage } from './answered-page.tsx';
import { RefreshChosen } from './refresh-chosen.tsx';
import { Carriers, Meaning, TagName } from './tag-cells.tsx';

interface FoundProps {
  readonly found: TagSearch;
  readonly mayRefresh: boolean;
}

/** What a search has found; to choose from, for who may refresh. */
export function Found({ found, mayRefresh }: FoundProps): ReactElement {
  const say = useTexts();
  const { tags, page } = found;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const choose = (tag: string, isChosen: boolean): void =>
    setChosen([...chosen.filter((other) => other !== tag), ...(isChosen ? [tag] : [])]);
  const choice: Column<FoundTag> = {
    label: say('tags-page.chosen'),
    cell: ({ tag }) => (
      <Checkbox
        aria-label={say('tags-page.choose', { tag })}
        checked={chosen.includes(tag)}
        onCheckedChange={(isChosen) => choose(tag, isChosen === true)}
      />
    ),
  };
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      {page && <AnsweredPage page={page} />}
      <Typography role="status" textColor="neutral600">
        {say('tags-page.found', { count: tags.length })}
      </Typography>
      {tags.length > 0 && (
        <DataTable
          caption={say('tags-page.caption')}
          columns={[
            ...(mayRefresh ? [choice] : []),
            { label: say('tags-page.tag'), isFree: true, cell: ({ tag }) => <TagName tag={tag} /> },
            { label: say('tags-page.meaning'), cell: (tag) => <Meaning found={tag} /> },
            {
              label: say('tags-page.carriers'),
              isFree: true,
              cell: (tag) => <Carriers found={tag} />,
            },
          ]}
          rows={tags}
          keyOf={({ tag }) => tag}
        />
      )}
      {mayRefresh && tags.length > 0 && (
        <RefreshChosen tags={tags} chosen={chosen} onChoose={setChosen} />
      )}
    </Flex>
  );
}
