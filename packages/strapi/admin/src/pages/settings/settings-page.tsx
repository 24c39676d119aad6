import { Flex } from '@strapi/design-system';
import { Layouts, Page } from '@strapi/strapi/admin';
import type { ReactElement } from 'react';

import type { SettingsView } from '../../../../contract/admin-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { ErrorBoundary } from '../../parts/error-boundary.tsx';
import { FailureNote } from '../../parts/failure-note.tsx';
import { useTexts } from '../../translations/texts.ts';
import { Loading } from '../loading.tsx';
import { ConnectionTest } from './connection-test.tsx';
import { Credentials } from './credentials.tsx';
import { MappingPreview } from './mapping-preview.tsx';
import { Policy } from './policy.tsx';
import { SettingsTable } from './settings-table.tsx';
import { Targets } from './targets.tsx';
import { Types } from './types.tsx';

/** What is configured. It is changed in files, which are reviewed and deployed: here it is looked at. */
export default function SettingsPage(): ReactElement {
  const say = useTexts();
  const { data, failure, isLoading, askAgain } = useAnswer<SettingsView>('/freshtag/settings');
  const title = say('settings.title');
  return (
    <Page.Main>
      <Page.Title>{title}</Page.Title>
      <Layouts.Header
        title={title}
        subtitle={
          data && say('settings.subtitle', { version: data.version, environment: data.environment })
        }
      />
      <Layouts.Content>
        <ErrorBoundary>
          {failure && <FailureNote failure={failure} askAgain={askAgain} />}
          {isLoading && <Loading />}
          {data && <Settings settings={data} />}
        </ErrorBoundary>
      </Layouts.Content>
    </Page.Main>
  );
}

function Settings({ settings }: { readonly settings: SettingsView }): ReactElement {
  const say = useTexts();
  return (
    <Flex direction="column" alignItems="stretch" gap={8} paddingBottom={10}>
      <Targets targets={settings.targets} />
      <Credentials settings={settings} />
      <ConnectionTest targets={settings.targets} />
      <Types types={settings.types} />
      <MappingPreview types={settings.types} />
      <SettingsTable title={say('settings.headers')} settings={settings.headers} />
      <SettingsTable title={say('settings.relay')} settings={settings.relay} />
      <Policy policy={settings.policy} />
    </Flex>
  );
}
