import { Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';

import type { TypeView } from '../../../../contract/admin-api.ts';
import { useTexts, type Say } from '../../translations/texts.ts';
import { DataTable } from '../data-table.tsx';
import { Section } from '../section.tsx';

/** How entries become tags. */
export function Types({ types }: { readonly types: readonly TypeView[] }): ReactElement {
  const say = useTexts();
  const title = say('types.title');
  const typeNames = new Map(types.map(({ uid, typeName }) => [uid, typeName]));
  return (
    <Section title={title} hint={say('types.hint')} isBare>
      <DataTable
        caption={title}
        rows={types}
        keyOf={({ uid }) => uid}
        columns={[
          { label: say('types.type'), isFree: true, cell: (type) => <Name type={type} /> },
          { label: say('types.tag'), isFree: true, cell: (type) => <TagOf type={type} /> },
          { label: say('types.urls'), isFree: true, cell: ({ urls }) => <Lines lines={urls} /> },
          {
            label: say('types.related'),
            isFree: true,
            cell: ({ related }) => (
              <Lines lines={related.map((uid) => typeNames.get(uid) ?? uid)} />
            ),
          },
          { label: say('types.more'), cell: (type) => extrasOf(say, type).join(', ') || '–' },
        ]}
      />
    </Section>
  );
}

function Name({ type: { uid, typeName } }: { readonly type: TypeView }): ReactElement {
  return (
    <>
      {typeName}
      <Typography tag="p" variant="pi" textColor="neutral600">
        {uid}
      </Typography>
    </>
  );
}

function TagOf({ type }: { readonly type: TypeView }): ReactElement {
  const say = useTexts();
  const { tagName, tag, hasLocales } = type;
  if (tagName === undefined) return <Typography>{say('types.untagged')}</Typography>;
  return (
    <code>
      {tag ?? (hasLocales ? `${tagName}:{documentId}:{locale}` : `${tagName}:{documentId}`)}
    </code>
  );
}

function extrasOf(say: Say, { hasMoreTags, queryWrites }: TypeView): readonly string[] {
  return [
    ...(hasMoreTags ? [say('types.more-tags')] : []),
    ...(queryWrites ? [say('types.query-writes')] : []),
  ];
}

function Lines({ lines }: { readonly lines: readonly string[] }): ReactElement {
  if (lines.length === 0) return <>–</>;
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
