import type { ReactElement } from 'react';

import type { SettingView } from '../../../../contract/admin-api.ts';
import { useTexts } from '../../translations/texts.ts';
import { DataTable } from '../data-table.tsx';
import { Section } from '../section.tsx';

interface SettingsTableProps {
  readonly title: string;
  readonly settings: readonly SettingView[];
}

export function SettingsTable({ title, settings }: SettingsTableProps): ReactElement {
  const say = useTexts();
  return (
    <Section title={title} isBare>
      <DataTable
        caption={title}
        rows={settings}
        keyOf={({ path }) => path}
        columns={[
          { label: say('setting.path'), isFree: true, cell: ({ path }) => <code>{path}</code> },
          { label: say('setting.value'), isFree: true, cell: ({ value }) => value },
          { label: say('setting.from'), cell: ({ from }) => say(`setting.from-${from}`) },
        ]}
      />
    </Section>
  );
}
