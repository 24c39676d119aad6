// Relays in a process of their own, one for each of the options given as JSON. Tells when they have begun,
// and ends with its standard input.
import { once } from 'node:events';

import { createKnexOutbox, createRelay } from '@freshtag/core/relay';
import createKnex from 'knex';

const { place, endpoint, relays } = JSON.parse(process.argv[2]);
const knex = createKnex({ client: 'pg', connection: place, pool: { min: 2, max: 10 } });
const credentials = { accessKeyId: 'testid', accessKeySecret: 'testsecret' };
const running = relays.map(({ environment, ...options }) =>
  createRelay({
    store: createKnexOutbox({ knex, environment }),
    endpoint,
    credentials,
    ...options,
    onEvent: (event) => {
      if (event.problem !== undefined) console.error(JSON.stringify(event));
    },
  }),
);
for (const relay of running) await relay.start();
console.log('ready');
await once(process.stdin.resume(), 'end');
await Promise.all(running.map((relay) => relay.stop()));
await knex.destroy();
