import { Flex, Link, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';
import { Link as RouterLink } from 'react-router-dom';

import { MOST_COUNTED, type FoundTag } from '../../../../contract/admin-api.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { EntryLink } from '../../parts/entry-link.tsx';
import { tagsPath } from '../../parts/paths.ts';
import { useTexts } from '../../translations/texts.ts';

export function TagName({ tag }: { readonly tag: string }): ReactElement {
  const say = useTexts();
  return (
    <Flex gap={1} alignItems="center">
      <Typography tag="code">{tag}</Typography>
      <CopyButton text={tag} label={say('tags.copy', { tag })} />
    </Flex>
  );
}

/** Which answers have the tag. */
export function Meaning({ found }: { readonly found: FoundTag }): string {
  const say = useTexts();
  return say(`tag-kind.${found.kind}`, { type: found.typeName ?? '' });
}

/** Entries whose answers carry it. */
export function Carriers({ found }: { readonly found: FoundTag }): ReactElement {
  const say = useTexts();
  const { tag, kind, entries, entryTotal } = found;
  if (entryTotal === undefined)
    return (
      <Link tag={RouterLink} to={tagsPath(tag)}>
        {say('tags-page.look-up')}
      </Link>
    );
  const isAll = kind !== 'overflow' || entryTotal < MOST_COUNTED;
  if (entryTotal === 0) {
    const isOfEntry = kind === 'entry' || kind === 'locale';
    return (
      <Typography textColor="neutral600">
        {isOfEntry ? say('tags-page.no-carriers') : '–'}
      </Typography>
    );
  }
  return (
    <ul>
      {entries.map((entry) => (
        <li key={`${entry.uid} ${entry.documentId} ${entry.locale ?? ''}`}>
          <EntryLink entry={entry} />{' '}
          <Typography variant="pi" textColor="neutral600">
            {entry.locale}
          </Typography>
        </li>
      ))}
      {entryTotal > entries.length && (
        <li>
          <Typography textColor="neutral600">
            {say(isAll ? 'tags.more' : 'tags.more-at-least', {
              count: entryTotal - entries.length,
            })}
          </Typography>
        </li>
      )}
    </ul>
  );
}
