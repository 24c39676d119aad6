import { Button, Flex, Typography } from '@strapi/design-system';
import { ArrowClockwise } from '@strapi/icons';
import type { ReactElement } from 'react';

import type { EntryReference, EntryStatus } from '../../../contract/admin-api.ts';
import { referenceOf } from '../api/reference.ts';
import { useShownLocale } from '../api/shown-locale.ts';
import { announceRefresh } from '../api/refresh-begun.ts';
import type { LoadedDocument } from '../content-manager.ts';
import { FailureNote } from '../parts/failure-note.tsx';
import { RefreshDialog } from '../parts/refresh-dialog.tsx';
import { TagChips } from '../parts/tag-chips.tsx';
import { useTexts } from '../translations/texts.ts';
import { EntryState } from './entry-state.tsx';
import { LastChanges } from './last-changes.tsx';
import { EntryUrls } from './entry-urls.tsx';
import { Section } from './section.tsx';
import { StepLine } from './step-line.tsx';
import { TargetList } from './target-list.tsx';
import { useEntryStatus } from './use-entry-status.ts';

interface PanelProps {
  readonly uid: string;
  /** Left out while an entry is being created. */
  readonly document: LoadedDocument | undefined;
}

export function Panel({ uid, document }: PanelProps): ReactElement {
  const say = useTexts();
  const shownLocale = useShownLocale();
  const entry = document && referenceOf(uid, document, shownLocale);
  const { data, failure, isLoading, askAgain } = useEntryStatus(entry, document);
  return (
    <Flex direction="column" alignItems="stretch" gap={4} width="100%">
      {failure && <FailureNote failure={failure} askAgain={askAgain} />}
      {!entry && <Typography tag="p">{say('panel.unsaved')}</Typography>}
      {isLoading && <Typography tag="p">{say('loading')}</Typography>}
      {entry && data && <Known entry={entry} status={data} />}
    </Flex>
  );
}

function Known({
  entry,
  status,
}: {
  readonly entry: EntryReference;
  readonly status: EntryStatus;
}): ReactElement {
  const say = useTexts();
  const { targets, isGone, tags, urls, changes, mayRefresh } = status;
  const { uid, documentId, locale } = entry;
  return (
    <>
      <EntryState status={status} />
      <StepLine status={status} />
      {targets.length > 1 && <TargetList targets={targets} isGone={isGone} />}
      {mayRefresh && (
        <RefreshDialog
          title={say('refresh-entry.title')}
          request={{ uid, documentIds: [documentId], locale }}
          onBegun={announceRefresh}
        >
          <Button variant="secondary" startIcon={<ArrowClockwise />} fullWidth>
            {say('panel.refresh')}
          </Button>
        </RefreshDialog>
      )}
      {urls.length > 0 && <EntryUrls urls={urls} />}
      {tags.length > 0 && (
        <Section title={say('tags.list')}>
          <TagChips tags={tags} />
        </Section>
      )}
      {changes.length > 0 && <LastChanges entry={entry} changes={changes} isGone={isGone} />}
    </>
  );
}
