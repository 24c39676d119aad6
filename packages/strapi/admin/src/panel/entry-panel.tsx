import { Typography } from '@strapi/design-system';
import { lazy, Suspense, useMemo } from 'react';

import { RIGHTS } from '../../../contract/admin-api.ts';
import { useMay } from '../api/use-may.ts';
import type { EditViewPanel } from '../content-manager.ts';
import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { useTexts } from '../translations/texts.ts';

const Panel = lazy(async () => ({ default: (await import('./panel.tsx')).Panel }));

/** Beside an entry: whether visitors see it as it is, and what is still to be done. */
export const entryPanel: EditViewPanel = ({ model, document }) => {
  const say = useTexts();
  const mayRead = useMay(RIGHTS.read);
  // Strapi compares what it is given deeply, so it is better the same.
  const content = useMemo(
    () => (
      <ErrorBoundary>
        <Suspense fallback={<Typography>{say('loading')}</Typography>}>
          <Panel uid={model} document={document} />
        </Suspense>
      </ErrorBoundary>
    ),
    [say, model, document],
  );
  return mayRead ? { title: say('panel.title'), content } : null;
};
