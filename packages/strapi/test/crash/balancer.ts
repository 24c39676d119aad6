import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** One address for several origins, of which any may be gone. */
export interface Balancer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** @param ports of those that live */
export async function openBalancer(ports: () => readonly number[]): Promise<Balancer> {
  let turn = 0;
  const sockets = new Set<{ destroy: () => void }>();
  const server = createServer((client) => {
    const living = ports();
    turn += 1;
    const port = living[turn % living.length];
    const origin = port === undefined ? undefined : connect(port, '127.0.0.1');
    client.on('error', () => {});
    if (origin === undefined) {
      client.destroy();
      return;
    }
    origin.on('error', () => client.destroy());
    origin.once('close', () => client.destroy());
    client.once('close', () => {
      origin.destroy();
      sockets.delete(client);
    });
    sockets.add(client);
    client.pipe(origin).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
