import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a server, and has what comes wait while a test looks. */
export interface HoldGate {
  readonly url: string;
  readonly open: (server: string) => void;
  /** From now on, what this is true of waits. @returns what lets all of it go on */
  readonly hold: (isHeld?: (asked: IncomingMessage) => boolean) => () => void;
  /** Leaves a header out of all answers from now on. @returns what ends that */
  readonly leaveOut: (header: string) => () => void;
  readonly close: () => Promise<void>;
}

interface Hold {
  readonly isHeld: (asked: IncomingMessage) => boolean;
  readonly waiting: (() => void)[];
}

export async function startHoldGate(): Promise<HoldGate> {
  let to = '';
  const holds = new Set<Hold>();
  const leftOut = new Set<string>();
  const server = createServer((asked, answer) => {
    const pass = (): void => {
      const { method, headers, url = '/' } = asked;
      const passed = request(new URL(url, to), { method, headers }, (answered) => {
        const kept = Object.entries(answered.headers).filter(([name]) => !leftOut.has(name));
        answer.writeHead(answered.statusCode ?? 502, Object.fromEntries(kept));
        answered.pipe(answer);
      });
      passed.on('error', () => answer.destroy());
      asked.pipe(passed);
    };
    const hold = [...holds].find(({ isHeld }) => isHeld(asked));
    if (hold === undefined) pass();
    else hold.waiting.push(pass);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    open: (at) => {
      to = at;
    },
    hold: (isHeld = () => true) => {
      const hold: Hold = { isHeld, waiting: [] };
      holds.add(hold);
      return () => {
        holds.delete(hold);
        for (const pass of hold.waiting) pass();
      };
    },
    leaveOut: (header) => {
      leftOut.add(header);
      return () => void leftOut.delete(header);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
