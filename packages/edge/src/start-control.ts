import type { Clock } from '@freshtag/core';

import { readPageFiles } from './control/page-files.ts';
import { createControlServer } from './control/server.ts';
import { createStreams } from './control/streams.ts';
import type { EventLog } from './events.ts';
import { listen, stop } from './listen.ts';
import type { Edge } from './start-edge.ts';

export interface ControlOptions {
  readonly edge: Edge;
  readonly log: EventLog;
  readonly clock: Pick<Clock, 'now'>;
  readonly port: number;
}

/** A control endpoint that runs. */
export interface Control {
  readonly url: string;
  close(): Promise<void>;
}

// Beside this file in `src`, and beside what it is built into in `dist`.
const PAGE_FOLDER = new URL('./ui/', import.meta.url);
// Whoever reaches it may read and change all that the edge has: never the network.
const LOOPBACK = '127.0.0.1';

/**
 * Starts the control endpoint and its page. Nothing of it is loaded by an edge that has none.
 *
 * @throws FreshtagError `INVALID_OPTION` for a port that is taken
 */
export async function startControl({ edge, log, clock, port }: ControlOptions): Promise<Control> {
  const streams = createStreams({ edge, log, clock });
  const files = readPageFiles(PAGE_FOLDER);
  const server = createControlServer({ edge, log, clock, streams, files });
  const url = await listen(server, { host: LOOPBACK, port, option: 'controlPort' });
  return {
    url,
    close: async () => {
      streams.close();
      await stop(server);
    },
  };
}
