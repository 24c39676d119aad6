import { Button } from '@strapi/design-system';
import { Download } from '@strapi/icons';
import { useFetchClient, useNotification } from '@strapi/strapi/admin';
import { useState, type ReactElement } from 'react';

import { failureOf, textOfFailure } from '../../api/problems.ts';
import { useTexts } from '../../translations/texts.ts';

interface ExportButtonProps {
  /** Of the filters. */
  readonly query: string;
}

/** What the filters leave, as a file for a spreadsheet. */
export function ExportButton({ query }: ExportButtonProps): ReactElement {
  const say = useTexts();
  const { get } = useFetchClient();
  const { toggleNotification } = useNotification();
  const [isRunning, setRunning] = useState(false);
  const download = async (): Promise<void> => {
    setRunning(true);
    try {
      // A plain link would not be logged in.
      const { data } = await get(`/freshtag/history.csv?${query}`, { responseType: 'blob' });
      save(data, `freshtag-history-${new Date().toISOString().slice(0, 10)}.csv`);
    } catch (error) {
      const failure = failureOf(error);
      const message = say(textOfFailure(failure), { message: failure.message });
      toggleNotification({ type: 'danger', message });
    } finally {
      setRunning(false);
    }
  };
  return (
    <Button
      variant="secondary"
      startIcon={<Download />}
      loading={isRunning}
      onClick={() => void download()}
    >
      {say('history.export')}
    </Button>
  );
}

function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
