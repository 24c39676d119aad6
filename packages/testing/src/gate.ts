import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An address for an origin that is not there yet: the edge and Strapi both want to know the other's. */
export interface Gate {
  readonly url: string;
  readonly open: (origin: string) => void;
  readonly close: () => Promise<void>;
}

export async function startGate(): Promise<Gate> {
  let origin = '';
  const server = createServer((asked, answer) => {
    const { method, headers, url = '/' } = asked;
    const passed = request(new URL(url, origin), { method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    open: (at) => {
      origin = at;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
