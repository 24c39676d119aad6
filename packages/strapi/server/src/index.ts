import type { Core } from '@strapi/strapi';

import { createAdminController, type AdminController } from './admin/controller.ts';
import { registerRights } from './admin/rights.ts';
import { ADMIN_ROUTES } from './admin/routes.ts';
import { registerChanges, startChanges } from './changes/register-changes.ts';
import { checkConfig } from './check-config.ts';
import { DEFAULT_CONFIG, type ResolvedConfig } from './config.ts';
import { instanceOf } from './instance.ts';
import { checkUrlFields } from './probe/check-urls.ts';
import { startProber, stopProber } from './probe/lifecycle.ts';
import { registerGraphql } from './send/graphql.ts';
import { registerHeaders } from './send/register-headers.ts';
import { createTagsService, type TagsService } from './send/tags-service.ts';
import { createHistoryService, type HistoryService } from './services/history.ts';
import {
  createRefreshController,
  REFRESH_ROUTES,
  type RefreshController,
} from './services/refresh-routes.ts';
import { createRefreshService, type RefreshService } from './services/refresh.ts';
import { startTargets, stopTargets } from './targets/lifecycle.ts';

export type {
  DynamicTarget,
  FreshtagConfig,
  HeaderOptions,
  RebuiltTarget,
  RelaySettings,
  TaggedEntry,
  Target,
  TypeMapping,
  TypeOption,
  UrlsOption,
  VerifyTarget,
} from './config.ts';
export type { TagsService } from './send/tags-service.ts';
export type { ChangedDocument, EntryIdentity } from './tags/names.ts';
export type { HistoryService, RefreshRecord } from './services/history.ts';
export type { RefreshService } from './services/refresh.ts';

interface Context {
  readonly strapi: Core.Strapi;
}

/** What Strapi calls of a plugin, and when. */
interface StrapiPlugin {
  readonly config: {
    readonly default: ResolvedConfig;
    readonly validator: (config: unknown) => void;
  };
  /** Before the database is there: middlewares, so that they are outermost. */
  readonly register: (context: Context) => void;
  /** When all content types and the database are there. */
  readonly bootstrap: (context: Context) => Promise<void>;
  /** First of all when Strapi ends: it still serves, and the database is open. */
  readonly destroy: (context: Context) => Promise<void>;
  readonly services: {
    /** `strapi.plugin('freshtag').service('tags')` */
    readonly tags: (context: Context) => TagsService;
    /** `strapi.plugin('freshtag').service('refresh')` */
    readonly refresh: (context: Context) => RefreshService;
    /** `strapi.plugin('freshtag').service('history')` */
    readonly history: (context: Context) => HistoryService;
  };
  readonly controllers: {
    readonly refresh: (context: Context) => RefreshController;
    readonly admin: (context: Context) => AdminController;
  };
  readonly routes: {
    readonly 'content-api': typeof REFRESH_ROUTES;
    readonly admin: typeof ADMIN_ROUTES;
  };
}

const plugin: StrapiPlugin = {
  config: { default: DEFAULT_CONFIG, validator: checkConfig },
  register: ({ strapi }) => {
    const instance = instanceOf(strapi);
    if (instance.config.headers.cacheTag) registerGraphql(instance);
    registerChanges(instance);
  },
  bootstrap: async ({ strapi }) => {
    const instance = instanceOf(strapi);
    // A configuration that names what there is not shall stop the start, not the first answer.
    void instance.names;
    checkUrlFields(instance);
    await registerRights(instance);
    if (instance.config.headers.cacheTag) registerHeaders(instance);
    await startChanges(instance);
    await startTargets(instance);
    startProber(instance);
  },
  destroy: async ({ strapi }) => {
    const instance = instanceOf(strapi);
    await stopProber(instance);
    await stopTargets(instance);
  },
  services: {
    tags: ({ strapi }) => createTagsService(instanceOf(strapi)),
    refresh: ({ strapi }) => createRefreshService(instanceOf(strapi)),
    history: ({ strapi }) => createHistoryService(instanceOf(strapi)),
  },
  controllers: {
    refresh: ({ strapi }) => createRefreshController(instanceOf(strapi)),
    admin: ({ strapi }) => createAdminController(instanceOf(strapi)),
  },
  routes: { 'content-api': REFRESH_ROUTES, admin: ADMIN_ROUTES },
};

export default plugin;
