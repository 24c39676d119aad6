import type { Server } from 'node:http';

import type { Running } from './child.ts';

/** Has a server listen on any free port of this machine alone. */
export async function startListening(server: Server): Promise<Running> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const address = server.address();
  if (typeof address === 'object' && address !== null)
    return { url: `http://127.0.0.1:${address.port}`, stop };
  throw new Error('The server does not listen on a port');
}
