import type { ContentManagerApis } from './content-manager.ts';
import type { StrapiApp } from '@strapi/strapi/admin';

import { RIGHTS } from '../../contract/admin-api.ts';
import { refreshManyAction } from './actions/refresh-many-action.tsx';
import { refreshOneAction } from './actions/refresh-one-action.tsx';
import { entryPanel } from './panel/entry-panel.tsx';
import { PluginIcon } from './parts/plugin-icon.tsx';
import { PLUGIN_ID } from './plugin-id.ts';
import { loadTexts, type Texts } from './translations/texts.ts';

interface AdminPlugin {
  readonly register: (app: StrapiApp) => void;
  readonly bootstrap: (app: Pick<StrapiApp, 'getPlugin'>) => void;
  readonly registerTrads: (about: { readonly locales: readonly string[] }) => Promise<Texts[]>;
}

const right = (action: string): { action: string; subject: null }[] => [{ action, subject: null }];

/** What Strapi's admin panel loads first: names of things; what they show is loaded when it is looked at. */
const plugin: AdminPlugin = {
  register: (app) => {
    app.registerPlugin({ id: PLUGIN_ID, name: PLUGIN_ID });
    app.addMenuLink({
      to: `plugins/${PLUGIN_ID}`,
      icon: PluginIcon,
      intlLabel: { id: `${PLUGIN_ID}.name`, defaultMessage: 'freshtag' },
      permissions: right(RIGHTS.read),
      Component: () => import('./pages/pages.tsx'),
    });
    app.addSettingsLink('global', {
      id: PLUGIN_ID,
      to: PLUGIN_ID,
      intlLabel: { id: `${PLUGIN_ID}.name`, defaultMessage: 'freshtag' },
      permissions: right(RIGHTS.settings),
      Component: () => import('./pages/settings/settings-page.tsx'),
    });
    app.widgets.register({
      id: 'state',
      pluginId: PLUGIN_ID,
      icon: PluginIcon,
      title: { id: `${PLUGIN_ID}.widget.title`, defaultMessage: 'Live or behind' },
      permissions: right(RIGHTS.read),
      component: async () => (await import('./widget/state-widget.tsx')).StateWidget,
    });
  },
  bootstrap: (app) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Strapi types the APIs of all plugins alike
    const apis = app.getPlugin('content-manager').apis as unknown as ContentManagerApis;
    apis.addEditViewSidePanel([entryPanel]);
    apis.addDocumentAction([refreshOneAction]);
    apis.addBulkAction([refreshManyAction]);
  },
  registerTrads: ({ locales }) => loadTexts(locales),
};

export default plugin;
