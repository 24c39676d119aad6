import type { Instance } from '../instance.ts';

/**
 * Says what to do after an import or a transfer: it writes content past everything that could see it,
 * and turns these listeners off before.
 */
export function watchTransfers({ strapi }: Instance): void {
  const { lifecycles } = strapi.db;
  const disable = lifecycles.disable.bind(lifecycles);
  lifecycles.disable = () => {
    strapi.log.warn(
      `freshtag sees nothing of what is written now, which an import or a transfer does. Afterwards have everything refreshed: strapi.plugin('freshtag').service('refresh').refreshAll()`,
    );
    disable();
  };
}
