import { isFreshtagError } from '@freshtag/core';
import { errors } from '@strapi/utils';

import type { Instance } from '../instance.ts';
import { createRefreshService } from './refresh.ts';

/** As much of Koa's context as is used. */
interface RequestContext {
  readonly request: { readonly body?: unknown };
  status: number;
  body: unknown;
}

export interface RefreshController {
  /** `POST /api/freshtag/refresh` with `{ "tags": ["country:a1b2c3"] }`; answers 202. */
  readonly refresh: (context: RequestContext) => Promise<void>;
}

/**
 * For pipelines: an API token that may do everything, or one of its own with the right
 * `freshtag: refresh`. Nobody else has it unless an administrator gives it to a role.
 */
export const REFRESH_ROUTES = {
  type: 'content-api',
  routes: [{ method: 'POST', path: '/refresh', handler: 'refresh.refresh' }],
} as const;

const MOST_TAGS = 1000;

export function createRefreshController(instance: Instance): RefreshController {
  const service = createRefreshService(instance);
  return {
    refresh: async (context) => {
      const { tags, reason } = readBody(context.request.body);
      try {
        const count = await service.refresh(tags, { reason });
        context.status = 202;
        context.body = { data: { tags: count } };
      } catch (error) {
        if (isFreshtagError(error, 'INVALID_TAG')) throw new errors.ValidationError(error.message);
        throw error;
      }
    },
  };
}

function readBody(body: unknown): { readonly tags: readonly string[]; readonly reason: string } {
  const { tags, reason = 'request' } = (body ?? {}) as { tags?: unknown; reason?: unknown };
  const isList = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
  if (!isList || tags.length === 0 || tags.length > MOST_TAGS)
    throw new errors.ValidationError(`tags: give a list of 1 to ${MOST_TAGS} cache tags`);
  if (typeof reason !== 'string') throw new errors.ValidationError('reason: give a text');
  return { tags, reason };
}
