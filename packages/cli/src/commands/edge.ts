import type { Command } from '../commander.ts';
import { printLine } from '../output.ts';
import { wholeNumber } from '../parse.ts';
import type { Session } from '../session.ts';

interface EdgeFlags {
  readonly origin: string;
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  readonly apiPort: number;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

const AFTER_HELP = `
Prints one line of JSON when it is ready: {"edge":…,"api":…,"domain":…}. Ctrl-C or SIGTERM ends it.
A visitor chooses the point of presence with the request header X-Edge-Pop: pop-1 or pop-2.

  freshtag edge --origin http://127.0.0.1:4321 --domain www.example.com --port 8080 --api-port 8081
  FRESHTAG_ENDPOINT=http://127.0.0.1:8081 freshtag refresh country:de --domain www.example.com`;

export function addEdgeCommand(program: Command, { signal }: Session): void {
  const port = wholeNumber(0, 65_535);
  program
    .command('edge')
    .description('run a local DCDN: the refresh API and a caching edge before your origin')
    .requiredOption('--origin <url>', 'your origin, like http://127.0.0.1:4321')
    .requiredOption('--domain <name>', 'accelerated domain that it stands for')
    .option('--port <n>', 'port for visitors, 0 chooses one', port, 0)
    .option('--api-port <n>', 'port of the API, 0 chooses one', port, 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--access-key-id <id>', 'access key that it knows', 'testid')
    .option('--access-key-secret <secret>', 'its secret', 'testsecret')
    .addHelpText('after', AFTER_HELP)
    .action(async (flags: EdgeFlags) => {
      const { startEdge } = await import('@freshtag/edge');
      const { accessKeyId, accessKeySecret, ...options } = flags;
      const edge = await startEdge({ ...options, credentials: { accessKeyId, accessKeySecret } });
      printLine(JSON.stringify({ edge: edge.url, api: edge.apiUrl, domain: edge.domain }));
      await aborted(signal);
      await edge.close();
    });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  // A listener keeps no process alive; the servers do.
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}
