/**
 * Another instance of Strapi on the database of the environment, in a process of its own: it publishes
 * what it is told to, and carries what is to be refreshed.
 */
import type { FreshtagConfig } from '../../server/src/config.ts';
import { createAtlas } from '../support/create-atlas.ts';
import type { InstanceOptions } from '../support/second-instance.ts';

process.once('message', (options: InstanceOptions) => {
  run(options).catch((error: unknown) => {
    process.send?.({ failed: String(error) });
  });
});

async function run({ endpoint, domain, relay }: InstanceOptions): Promise<void> {
  const credentials = () => ({ accessKeyId: 'testid', accessKeySecret: 'testsecret' });
  const config: FreshtagConfig = {
    targets: { api: { kind: 'dynamic', domain } },
    relay: { ...relay, endpoint, credentials },
  };
  const strapi = createAtlas(config);
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
