import { once } from 'node:events';
import type { Server } from 'node:http';

import { invalidOption } from '@freshtag/core';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** What the user calls this port. */
  readonly option: string;
}

/**
 * Starts to listen and tells the address of the server.
 *
 * @throws FreshtagError `INVALID_OPTION` when the port or the host cannot be had
 */
export async function listen(
  server: Server,
  { host, port, option }: ListenOptions,
): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw code === 'EADDRINUSE' || code === 'EACCES'
      ? invalidOption(option, port, `a port that is free on ${host} (${code}), or 0 for any`)
      : invalidOption('host', host, `an address of this machine (${code})`);
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new TypeError('The server has no port.');
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return `http://${name}:${bound.port}`;
}

/** Stops listening and cuts every connection. Does nothing to a server that does not listen. */
export async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
