import { pageTag, readCacheTag } from '@freshtag/core';
import type { Core } from '@strapi/strapi';

import type { Instance } from '../instance.ts';
import { collectorOf, findCollector, type TagCollector } from './collector.ts';
import { headersOf, NOT_CACHEABLE, type Header } from './headers.ts';
import { createModels } from './models.ts';
import { collectRest, typeOfRoute, type Route } from './rest.ts';

type Context = Parameters<Core.MiddlewareHandler>[0];

const UPLOADS = '/uploads/';
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
    return headersOf(collector, config.headers, isForAnybody(context));
  };

  const prefix: string = strapi.config.get('api.rest.prefix', '/api');
  const isOfContentApi = ({ path, method }: Context): boolean =>
    (method === 'GET' || method === 'HEAD') &&
    (path.startsWith(`${prefix}/`) || path.startsWith(UPLOADS));

  strapi.server.use(async (context, next) => {
    const given = context.response.get('Cache-Control');
    await next().catch((error: unknown) => {
      if (isOfContentApi(context)) context.set(...NOT_CACHEABLE);
      throw error;
    });
    if (!isSuccessfulRead(context)) {
      // A 404 that an edge keeps would outlive the entry’s publication, and no tag could reach it.
      const isOwn = context.response.get('Cache-Control') !== given;
      if (isOfContentApi(context) && !isOwn) context.set(...NOT_CACHEABLE);
      return;
    }
    try {
      for (const [name, value] of headersFor(context)) context.set(name, value);
    } catch (error) {
      // Without its tags no refresh could reach a stored copy.
      context.set(...NOT_CACHEABLE);
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

/**
 * Whether every visitor who asks that address gets that answer, as far as can be told: caches know nothing
 * of a header that asks for another format, and a controller that says itself how to cache knows best.
 */
function isForAnybody(context: Context): boolean {
  const {
    auth,
    user,
  }: { readonly auth?: { readonly credentials?: unknown }; readonly user?: unknown } =
    context.state;
  return (
    context.method === 'GET' &&
    context.get('authorization') === '' &&
    context.get('strapi-response-format') === '' &&
    (auth?.credentials ?? user ?? undefined) === undefined &&
    context.response.get('Set-Cookie') === '' &&
    isDefault(context, context.response.get('Cache-Control'))
  );
}

/** Whether nobody has decided on it: Strapi says the same of each file and of each answer of GraphQL. */
function isDefault(context: Context, cacheControl: string): boolean {
  if (cacheControl === '') return true;
  return isGraphql(context) ? cacheControl === 'no-store' : context.path.startsWith(UPLOADS);
}
