import { ArrowClockwise } from '@strapi/icons';

import { RIGHTS } from '../../../contract/admin-api.ts';
import { entriesRequest } from '../api/reference.ts';
import { useShownLocale } from '../api/shown-locale.ts';
import { useMay } from '../api/use-may.ts';
import type { BulkAction } from '../content-manager.ts';
import { useTexts } from '../translations/texts.ts';
import { useQuestion } from './use-question.tsx';

/** Of all entries that are selected in a list. */
export const refreshManyAction: BulkAction = ({ model, documents }) => {
  const say = useTexts();
  const mayRefresh = useMay(RIGHTS.refresh, model);
  const shownLocale = useShownLocale();
  const content = useQuestion(entriesRequest(model, documents, shownLocale));
  if (!mayRefresh) return null;
  return {
    label: say('refresh-entry.action'),
    variant: 'tertiary',
    icon: <ArrowClockwise />,
    dialog: {
      type: 'modal',
      title: say('refresh-entries.title', { count: documents.length }),
      content,
    },
  };
};
