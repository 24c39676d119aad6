import { RIGHTS } from '../../../contract/admin-api.ts';

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly handler: string;
  readonly config: { readonly policies: readonly unknown[] };
}

/** Of the admin panel, below `/freshtag`: for administrators who are logged in and have the right. */
export const ADMIN_ROUTES: { readonly type: 'admin'; readonly routes: readonly Route[] } = {
  type: 'admin',
  routes: [
    route('GET', '/entries', 'searchEntries', RIGHTS.read),
    route('GET', '/entries/:uid/:documentId', 'entry', RIGHTS.read),
    route('GET', '/actors', 'actors', RIGHTS.read),
    route('GET', '/summary', 'summary', RIGHTS.read),
    route('GET', '/history', 'history', RIGHTS.read),
    route('GET', '/history.csv', 'csv', RIGHTS.read),
    route('GET', '/history/:id', 'change', RIGHTS.read),
    route('POST', '/history/:id/retry', 'retry', RIGHTS.read, RIGHTS.refreshTags),
    route('POST', '/history/:id/discard', 'discard', RIGHTS.read, RIGHTS.refreshTags),
    route('GET', '/tags', 'tags', RIGHTS.read),
    // What is asked for says which right is needed.
    route('POST', '/preview', 'preview'),
    route('POST', '/refresh', 'refresh'),
    route('GET', '/settings', 'settings', RIGHTS.settings),
    route('GET', '/settings/preview', 'mapping', RIGHTS.settings),
    route('POST', '/settings/test/:step', 'testStep', RIGHTS.settings),
  ],
};

function route(
  method: Route['method'],
  path: string,
  action: string,
  ...actions: readonly string[]
): Route {
  const rights =
    actions.length === 0 ? [] : [{ name: 'admin::hasPermissions', config: { actions } }];
  return {
    method,
    path,
    handler: `admin.${action}`,
    config: { policies: ['admin::isAuthenticatedAdmin', ...rights] },
  };
}
