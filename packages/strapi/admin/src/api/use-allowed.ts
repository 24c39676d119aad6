import { useAuth, useRBAC } from '@strapi/strapi/admin';

type Allowed = Omit<ReturnType<typeof useRBAC>, 'permissions'>;
type Asked = Extract<Parameters<typeof useRBAC>[0], readonly unknown[]>;

const NOTHING: Asked = [];

/**
 * What of this the reader may do. Strapi looks once, and also before it has the reader's rights: it would
 * never see them, so it is asked for nothing until then.
 */
export function useAllowed(asked: Asked): Allowed {
  const isUnknown = useAuth('freshtag', ({ isLoading }) => isLoading);
  return useRBAC(isUnknown ? NOTHING : asked);
}
