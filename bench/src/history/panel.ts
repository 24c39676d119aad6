import { fork } from 'node:child_process';
import { once } from 'node:events';

import { heard, script } from '../child.ts';
import { createDatabase } from '../relay/databases.ts';
import type { Filled } from './fill.ts';

/** A statement as it was sent, and how long its answer took to come. */
interface Statement {
  readonly sql: string;
  readonly bindings: readonly unknown[];
  readonly ms: number;
}

/** What the panel was told, and what that took. */
export interface Answered {
  readonly wallMs: number;
  readonly changes?: number | undefined;
  /** But those of Strapi's own sessions. */
  readonly statements: readonly Statement[];
}

/** A Strapi on a PostgreSQL database of its own, asked as the admin panel asks it. */
export interface Panel {
  readonly fill: (rows: number) => Promise<Filled>;
  readonly ask: (path: string) => Promise<Answered>;
  /** @returns the plans, line by line */
  readonly explain: (statements: readonly Statement[]) => Promise<readonly (readonly string[])[]>;
  readonly close: () => Promise<void>;
}

export async function openPanel(): Promise<Panel> {
  const database = await createDatabase('postgres');
  const { hostname, password, pathname, port, username } = new URL(database.place);
  const child = fork(script('history-panel.mjs'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NODE_NO_WARNINGS: '1',
      STRAPI_TELEMETRY_DISABLED: 'true',
      DATABASE_CLIENT: 'postgres',
      DATABASE_HOST: hostname,
      DATABASE_PORT: port === '' ? '5432' : port,
      DATABASE_NAME: pathname.slice(1),
      DATABASE_USERNAME: decodeURIComponent(username),
      DATABASE_PASSWORD: decodeURIComponent(password),
    },
  });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await database.drop();
  };
  // oxlint-disable-next-line typescript/no-explicit-any -- a process of the bench's own
  const ask = async (asked: object): Promise<any> => {
    child.send(asked);
    return heard(child);
  };
  try {
    await heard(child);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    fill: (fill) => ask({ fill }),
    ask: (path) => ask({ ask: path }),
    explain: (explain) => ask({ explain }),
    close,
  };
}
