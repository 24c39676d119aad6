import { Modal } from '@strapi/design-system';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';

import type { EntriesRequest } from '../../../contract/admin-api.ts';
import { announceRefresh } from '../api/refresh-begun.ts';
import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { useTexts } from '../translations/texts.ts';

const RefreshQuestion = lazy(async () => ({
  default: (await import('../parts/refresh-question.tsx')).RefreshQuestion,
}));

type Content = (about: { readonly onClose: () => void }) => ReactNode;

/**
 * Content of a dialog that asks whether to refresh entries. It is a component to Strapi, so it stays the
 * same as long as the entries do: another one would begin anew while the reader looks at it.
 */
export function useQuestion(entries: EntriesRequest): Content {
  const say = useTexts();
  const asked = JSON.stringify(entries);
  return useMemo(() => {
    const request: EntriesRequest = JSON.parse(asked);
    return function Question({ onClose }) {
      return (
        <ErrorBoundary>
          <Suspense fallback={<Modal.Body>{say('loading')}</Modal.Body>}>
            <RefreshQuestion request={request} onClose={onClose} onBegun={announceRefresh} />
          </Suspense>
        </ErrorBoundary>
      );
    };
  }, [asked, say]);
}
