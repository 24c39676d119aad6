import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

import { mysqlFrames, postgresFrames, type ReadFrames } from './frames.ts';
import type { OnMoment } from './moments.ts';

/** What stands between one process and its database server. */
export interface DatabaseGate {
  readonly port: number;
  /** The server is gone: every connection ends at once, and so does each new one, until `restore`. */
  cut(): void;
  restore(): void;
  readonly close: () => Promise<void>;
}

interface Pair {
  readonly connection: number;
  readonly client: Socket;
  readonly server: Socket;
  readonly read: ReadFrames;
  /** The next answer of the server is that to a COMMIT. */
  awaitsCommit: boolean;
}

export async function openDatabaseGate(
  kind: 'postgres' | 'mysql',
  upstream: { readonly host: string; readonly port: number },
  onMoment: OnMoment,
): Promise<DatabaseGate> {
  const pairs = new Set<Pair>();
  let connections = 0;
  let isCut = false;
  const listener = createServer({ noDelay: true }, (client) => {
    client.on('error', () => {});
    if (isCut) {
      client.destroy();
      return;
    }
    const server = connect({ ...upstream, noDelay: true });
    const read = kind === 'postgres' ? postgresFrames() : mysqlFrames();
    connections += 1;
    const pair: Pair = { connection: connections, client, server, read, awaitsCommit: false };
    pairs.add(pair);
    join(pair, onMoment);
    client.once('close', () => pairs.delete(pair));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const cutAll = (): void => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut: () => {
      isCut = true;
      cutAll();
    },
    restore: () => void (isCut = false),
    close: async () => {
      cutAll();
      listener.close();
      await once(listener, 'close');
    },
  };
}

function join(pair: Pair, onMoment: OnMoment): void {
  const { client, connection, server } = pair;
  const destroy = (): void => {
    client.destroy();
    server.destroy();
  };
  server.on('error', destroy);
  client.on('data', (chunk: Buffer) => {
    if (ask(pair, chunk, onMoment)) server.write(chunk);
    else destroy();
  });
  server.on('data', (chunk: Buffer) => {
    const isOfCommit = pair.awaitsCommit;
    pair.awaitsCommit = false;
    if (isOfCommit && onMoment('committed', { connection, sql: 'COMMIT' }) === 'drop') destroy();
    else client.write(chunk);
  });
  // What was written before still reaches the server, as it would from a machine that is gone.
  client.once('close', () => server.end());
  server.once('close', () => client.destroy());
}

/** @returns whether it may pass */
function ask(pair: Pair, chunk: Buffer, onMoment: OnMoment): boolean {
  for (const sql of pair.read(chunk)) {
    const isCommit = /^\s*commit/i.test(sql);
    const query = { connection: pair.connection, sql };
    pair.awaitsCommit ||= isCommit;
    if (onMoment('message', query) === 'drop') return false;
    if (isCommit && onMoment('commit', query) === 'drop') return false;
  }
  return true;
}
