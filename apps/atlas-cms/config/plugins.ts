import type { FreshtagConfig } from '@freshtag/strapi/strapi-server';
import type { Core } from '@strapi/strapi';

type Plugin = { readonly enabled: boolean; readonly config?: object };

export default ({ env }: Core.Config.Shared.ConfigParams): Record<string, Plugin> => {
  const domain = env('FRESHTAG_DOMAIN');
  const freshtag: FreshtagConfig = {
    environment: env('FRESHTAG_ENVIRONMENT', 'production'),
    headers: { cacheTag: env.bool('FRESHTAG_CACHE_TAG', true) },
    targets: domain === undefined ? {} : { api: { kind: 'dynamic', domain } },
  };
  return {
    freshtag: { enabled: true, config: freshtag },
    graphql: {
      enabled: true,
      config: { maxLimit: 300, depthLimit: 10, apolloServer: { introspection: true } },
    },
    'users-permissions': {
      enabled: true,
      config: { jwtSecret: env('JWT_SECRET', 'atlas-jwt'), jwtManagement: 'refresh' },
    },
  };
};
