import type { Core } from '@strapi/strapi';

interface State {
  readonly user?: { readonly id?: number | string } | undefined;
  readonly route?: { readonly info?: { readonly type?: unknown } } | undefined;
  readonly auth?: {
    readonly strategy?: { readonly name?: unknown } | undefined;
    readonly credentials?: { readonly id?: number | string } | null | undefined;
  };
}

/**
 * Who asked for what is done now: `editor:1`, `user:7` (of Users & Permissions), `token:3` (an API
 * token), `public`, or `system` where there is no request. Numbers only: no name or address of a person
 * is kept.
 */
export function currentActor(strapi: Core.Strapi): string {
  const state: State | undefined = strapi.requestContext.get()?.state;
  if (state === undefined) return 'system';
  const { user, route, auth } = state;
  if (user?.id !== undefined)
    return `${route?.info?.type === 'admin' ? 'editor' : 'user'}:${user.id}`;
  const id = auth?.credentials?.id;
  return id === undefined ? 'public' : `token:${id}`;
}
