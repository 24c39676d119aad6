/**
 * Another instance of Strapi on the database of the environment, in a process of its own: it publishes
 * what it is told to, and carries what is to be refreshed.
 */
import { ATLAS_DIR, compileAtlas, PLUGINS_HOOK, requireOfAtlas } from '../support/atlas.ts';
import type { InstanceOptions } from '../support/second-instance.ts';

process.once('message', (options: InstanceOptions) => {
  run(options).catch((error: unknown) => {
    process.send?.({ failed: String(error) });
  });
});

async function run({ plugin, endpoint, domain, relay }: InstanceOptions): Promise<void> {
  const credentials = (): object => ({ accessKeyId: 'testid', accessKeySecret: 'testsecret' });
  const config = {
    targets: { api: { kind: 'dynamic', domain } },
    relay: { ...relay, endpoint, credentials },
  };
  Reflect.set(globalThis, PLUGINS_HOOK, (plugins: Readonly<Record<string, object>>) => ({
    ...plugins,
    freshtag: { enabled: true, resolve: plugin, config },
  }));
  const { createStrapi } = requireOfAtlas('@strapi/strapi') as typeof import('@strapi/strapi');
  const strapi = createStrapi({
    appDir: ATLAS_DIR,
    distDir: compileAtlas(),
    autoReload: false,
    serveAdminPanel: false,
  });
  strapi.log.level = 'error';
  await strapi.load();
  process.on('message', ({ publish }: { readonly publish: readonly string[] }) => {
    const documents = strapi.documents('api::currency.currency' as never);
    Promise.all(publish.map((documentId) => documents.publish({ documentId } as never))).then(
      () => process.send?.({ published: publish.length }),
      (error: unknown) => process.send?.({ failed: String(error) }),
    );
  });
  process.send?.({ started: true });
}
