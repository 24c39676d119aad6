import { RIGHTS } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';

/** Makes the rights known to Strapi, so that administrators can give them to roles. */
export async function registerRights({ strapi, names }: Instance): Promise<void> {
  const anywhere = { section: 'plugins', pluginName: 'freshtag' };
  await strapi.service('admin::permission').actionProvider.registerMany([
    { ...anywhere, uid: uidOf(RIGHTS.read), displayName: 'See the history' },
    { ...anywhere, uid: uidOf(RIGHTS.refreshTags), displayName: 'Refresh by tag' },
    { ...anywhere, uid: uidOf(RIGHTS.refreshAll), displayName: 'Refresh everything' },
    { ...anywhere, uid: uidOf(RIGHTS.settings), displayName: 'See and test the settings' },
    {
      section: 'contentTypes',
      pluginName: 'freshtag',
      uid: uidOf(RIGHTS.refresh),
      displayName: 'Refresh',
      subjects: [...names.types.keys()],
    },
  ]);
}

function uidOf(right: string): string {
  return right.slice('plugin::freshtag.'.length);
}
