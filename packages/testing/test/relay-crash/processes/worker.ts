// A relay of its own process. Says what happens in lines of JSON, obeys lines on standard input.
// usage: node worker.ts JSON
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  createKnexOutbox,
  createRelay,
  createSqliteOutbox,
  type CarriedStore,
} from '@freshtag/core/relay';

import { connectKnex, type Connection } from '../connect.ts';
import { LIMITS, PATIENCE, TIMES } from '../settings.ts';

interface Given {
  readonly name: string;
  readonly connection: Connection;
  readonly endpoint: string;
  readonly secondPass: boolean;
  readonly isPatient: boolean;
}

const given = JSON.parse(process.argv[2] ?? '{}') as Given;
const { connection, endpoint, name, secondPass, isPatient } = given;

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function openStore(): CarriedStore {
  if (connection.kind === 'sqlite') return createSqliteOutbox({ file: connection.file });
  return createKnexOutbox({ knex: connectKnex(connection.kind, connection.url) });
}

const relay = createRelay({
  ...TIMES,
  ...(isPatient ? PATIENCE : {}),
  ...(secondPass ? {} : { secondPassDelayMs: false }),
  limits: LIMITS,
  store: openStore(),
  endpoint,
  name,
  credentials: { accessKeyId: 'testid', accessKeySecret: 'testsecret' },
  onEvent: (event) => {
    if (['lease-lost', 'parked', 'store-unavailable', 'waiting'].includes(event.type)) say(event);
  },
});

for (;;) {
  try {
    await relay.start();
    break;
  } catch (error) {
    say({ type: 'not-started', error: String(error) });
    await sleep(100);
  }
}
say({ type: 'ready' });
// Whoever is killed writes no cache, and would be compiled anew each time.
flushCompileCache();
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'redrive') await relay.redrive().catch(() => {});
  if (line === 'stop') break;
}
await relay.stop();
process.exit(0);
