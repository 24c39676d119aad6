import { pageTag, readCacheTag } from '@freshtag/core';
import type { Core } from '@strapi/strapi';

import type { Instance } from '../instance.ts';
import { collectorOf, findCollector, type TagCollector } from './collector.ts';
import { headersOf, type Header } from './headers.ts';
import { createModels } from './models.ts';
import { collectRest, typeOfRoute, type Route } from './rest.ts';

type Context = Parameters<Core.MiddlewareHandler>[0];

const UPLOADS = '/uploads/';
/** In words that nobody else would use, so that it is not taken for a controller’s own. */
const UNLESS_IT_SUCCEEDS = 'private, no-store, max-age=0';

/**
 * Puts the tags on every successful read of the content API, and on the media library’s own files. To be
 * called in `bootstrap`: next to the router, where bodies are still objects and not yet compressed.
 */
export function registerHeaders(instance: Instance): void {
  const { strapi, names, config } = instance;
  const models = createModels(strapi);
  const hasType = (uid: string): boolean => Object.hasOwn(strapi.contentTypes, uid);

  const collect = (context: Context): TagCollector | undefined => {
    const route: Route = context.state['route'] ?? {};
    if (context.path.startsWith(UPLOADS)) {
      const collector = collectorOf(context, names);
      collector.add([pageTag(context.path)]);
      return collector;
    }
    if (route.info?.type !== 'content-api') return undefined;
    const uid = typeOfRoute(route, hasType);
    if (uid === undefined) return findCollector(context);
    const collector = collectorOf(context, names);
    const { body, query } = context;
    const format = context.get('strapi-response-format') === 'v4' ? 'v4' : 'v5';
    // Marked for the preview, invisibly; caches do not tell it from the answer that is not.
    if (context.get('strapi-encode-source-maps') === 'true') collector.markPrivate();
    collectRest(models, collector, { uid, body, query, format });
    return collector;
  };

  const headersFor = (context: Context): readonly Header[] => {
    const collector = collect(context);
    if (collector === undefined) return [];
    const given = context.response.get(config.headers.headerName);
    if (given !== '') collector.add(readCacheTag(given));
    return headersOf(collector, config.headers, isAnonymous(context));
  };

  const prefix: string = strapi.config.get('api.rest.prefix', '/api');
  const isOfContentApi = ({ path, method }: Context): boolean =>
    (method === 'GET' || method === 'HEAD') &&
    (path.startsWith(`${prefix}/`) || path.startsWith(UPLOADS));

  strapi.server.use(async (context, next) => {
    // Until it is known to be a success: a 404 that an edge keeps would outlive the entry’s publication, and
    // no tag could reach it. What is thrown passes by here, and keeps the headers that were set before.
    if (isOfContentApi(context)) context.set('Cache-Control', UNLESS_IT_SUCCEEDS);
    await next();
    if (!isSuccessfulRead(context)) return;
    if (context.response.get('Cache-Control') === UNLESS_IT_SUCCEEDS)
      context.remove('Cache-Control');
    try {
      for (const [name, value] of headersFor(context)) context.set(name, value);
    } catch (error) {
      // Without its tags no refresh could reach a stored copy.
      context.set('Cache-Control', 'private, no-store');
      strapi.log.error(`freshtag: no tags for ${context.method} ${context.path}: ${String(error)}`);
    }
  });
}

function isSuccessfulRead(context: Context): boolean {
  const { status, method, body } = context;
  if (status !== 304 && (status < 200 || status > 299)) return false;
  if (isGraphql(context)) return !hasErrors(body);
  return method === 'GET' || method === 'HEAD';
}

/** It asks with `POST` too. Its route is the one of the content API without a handler. */
function isGraphql({ state }: Context): boolean {
  const route: Route | undefined = state['route'];
  return route?.info?.type === 'content-api' && route.handler === undefined;
}

/** The status is 200 even so. Errors come first, as the specification advises. */
function hasErrors(body: unknown): boolean {
  return typeof body !== 'string' || /^\s*\[?\s*\{\s*"errors"/.test(body);
}

function isAnonymous(context: Context): boolean {
  const credentials: unknown = context.state['auth']?.credentials;
  return (
    context.method === 'GET' &&
    context.get('authorization') === '' &&
    (credentials ?? undefined) === undefined
  );
}
