import { ArrowClockwise } from '@strapi/icons';

import { RIGHTS } from '../../../contract/admin-api.ts';
import { entriesRequest } from '../api/reference.ts';
import { useShownLocale } from '../api/shown-locale.ts';
import { useMay } from '../api/use-may.ts';
import type { DocumentAction } from '../content-manager.ts';
import { useTexts } from '../translations/texts.ts';
import { useQuestion } from './use-question.tsx';

/** Of one entry, in its edit view and in its row of the list. */
export const refreshOneAction: DocumentAction = ({ model, document }) => {
  const say = useTexts();
  const mayRefresh = useMay(RIGHTS.refresh, model);
  const shownLocale = useShownLocale();
  const content = useQuestion(entriesRequest(model, document ? [document] : [], shownLocale));
  if (!mayRefresh || document === undefined) return null;
  return {
    label: say('refresh-entry.action'),
    icon: <ArrowClockwise />,
    position: refreshOneAction.position ?? [],
    dialog: { type: 'modal', title: say('refresh-entry.title'), content },
  };
};
// Strapi reads it before it calls the action.
refreshOneAction.position = ['panel', 'table-row'];
