import { createServer, type Socket } from 'node:net';

import type { OriginPlan } from './fuzz-case.ts';

/** Body of every page that is as it should be. */
export const HEALTHY_BODY = 'all is well';
/** The most that an answer without an end sends. */
const ENDLESS_BYTES = 4_000_000;
const REQUEST_TARGET = /^[A-Z]+ (\/\S*) HTTP\/1\.1\r\n/;

export interface HostileOrigin {
  readonly url: string;
  /** Plans by path, in the place of all others. */
  readonly follow: (plans: ReadonlyMap<string, OriginPlan>) => void;
  readonly stop: () => Promise<void>;
}

/** An origin that answers as it is told, byte by byte, and healthily all else. */
export async function startHostileOrigin(): Promise<HostileOrigin> {
  let plans: ReadonlyMap<string, OriginPlan> = new Map();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    let received = '';
    socket.on('data', (chunk) => {
      received = (received + chunk.toString('latin1')).slice(-100_000);
      if (!received.includes('\r\n\r\n')) return;
      const path = REQUEST_TARGET.exec(received)?.[1] ?? '/';
      received = '';
      const plan = plans.get(path);
      if (plan === undefined) answerHealthily(socket, path);
      else carryOut(socket, plan);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    follow: (next) => (plans = next),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function answerHealthily(socket: Socket, path: string): void {
  const lifetime = path.startsWith('/kept') ? 'max-age=3600' : 'no-store';
  socket.write(
    `HTTP/1.1 200 OK\r\nCache-Control: ${lifetime}\r\nCache-Tag: healthy\r\nContent-Length: ${HEALTHY_BODY.length}\r\n\r\n${HEALTHY_BODY}`,
  );
}

function carryOut(socket: Socket, { writes, ending }: OriginPlan): void {
  for (const write of writes) socket.write(write);
  if (ending === 'close') socket.end();
  else if (ending === 'reset') socket.resetAndDestroy();
  else if (ending === 'endless') flood(socket, writes.at(-1) ?? Buffer.alloc(0));
}

function flood(socket: Socket, piece: Buffer): void {
  let sentBytes = 0;
  const more = (): void => {
    while (!socket.destroyed && sentBytes < ENDLESS_BYTES) {
      sentBytes += piece.length;
      if (!socket.write(piece)) return;
    }
    socket.destroy();
  };
  socket.on('drain', more);
  more();
}
