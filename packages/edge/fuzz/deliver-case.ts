import { connect } from 'node:net';

import type { FuzzCase } from './fuzz-case.ts';

/** Silence after which a connection has nothing more to say. */
const QUIET_MS = 60;
/** The most that one connection takes. */
const LONGEST_MS = 500;

/** Plays a case against a port; resolves when there is nothing more to expect. Never rejects. */
export async function deliverCase({ writes, ending }: FuzzCase, port: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.once('close', () => resolve());
  socket.once('end', () => socket.destroy());
  const timer = setTimeout(() => socket.destroy(), LONGEST_MS);
  if (ending === 'slow') writeSlowly(socket, writes);
  else {
    for (const write of writes) socket.write(write);
    if (ending === 'half-close') socket.end();
    else if (ending === 'reset')
      socket.once('connect', () => setImmediate(() => socket.resetAndDestroy()));
    socket.setTimeout(QUIET_MS * 4, () => socket.destroy());
    // Once the other side has begun to answer it does not pause for long.
    socket.on('data', () => socket.setTimeout(QUIET_MS));
  }
  await promise;
  clearTimeout(timer);
}

/** A byte now and then, and nothing is read: the other side must bear it, and the end of it. */
function writeSlowly(socket: ReturnType<typeof connect>, writes: readonly Buffer[]): void {
  const bytes = Buffer.concat(writes);
  let at = 0;
  const timer = setInterval(() => {
    const length = at === 0 ? Math.max(1, bytes.length - 20) : 1;
    if (at < bytes.length) socket.write(bytes.subarray(at, at + length));
    at += length;
  }, 20);
  socket.pause();
  socket.once('close', () => clearInterval(timer));
}
