import type { Command } from '../commander.ts';
import { readEdgeFlags, type EdgeFlags } from '../edge/read-flags.ts';
import { printLine, printProgress } from '../output.ts';
import { collect, LONGEST_DELAY_MS, wholeNumber } from '../parse.ts';
import type { Session } from '../session.ts';

const AFTER_HELP = `
Prints one line of JSON when it is ready: {"edge":…,"api":…,"domains":[…]}, and "control":… with --ui.
Ctrl-C or SIGTERM ends it.
A visitor chooses the point of presence with the request header X-Edge-Pop: pop-1 or pop-2.

  freshtag edge --origin http://127.0.0.1:4321 --domain www.example.com --port 8080 --api-port 8081
  freshtag edge --domain www.example.com=http://127.0.0.1:4321 --domain shop.example.com=http://127.0.0.1:4322
  freshtag edge … --fault throttled,times=3,retryAfterMs=500 --fault origin-down,path=/a
  FRESHTAG_ENDPOINT=http://127.0.0.1:8081 freshtag refresh country:de --domain www.example.com`;

export function addEdgeCommand(program: Command, { signal }: Session): void {
  const port = wholeNumber(0, 65_535);
  program
    .command('edge')
    .description('run a local DCDN: the refresh API and a caching edge before your origin')
    .requiredOption(
      '--domain <name[=url]>',
      'accelerated domain that it stands for, with its own origin if it has one (repeatable; the first answers at the edge’s own address)',
      collect,
    )
    .option('--origin <url>', 'origin of the domains without their own, like http://127.0.0.1:4321')
    .option('--port <n>', 'port for visitors, 0 chooses one', port, 0)
    .option('--api-port <n>', 'port of the API, 0 chooses one', port, 0)
    .option('--ui', 'with a page that shows what it stores and does, for this machine alone')
    .option('--control-port <n>', 'port of that page and its JSON; implies --ui', port)
    .option('--store <file>', 'keep what is stored in this file, over restarts too')
    .option(
      '--point <name=ms>',
      'point of presence, and when a refresh is there (repeatable)',
      collect,
    )
    .option(
      '--second-layer <ms>',
      'when a refresh is at the cache behind them',
      wholeNumber(0, LONGEST_DELAY_MS),
    )
    .option('--no-second-layer', 'without a cache behind them')
    .option('--fault <kind[,field=value…]>', 'what goes wrong first (repeatable)', collect)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--access-key-id <id>', 'access key that it knows', 'testid')
    .option('--access-key-secret <secret>', 'its secret', 'testsecret')
    .addHelpText('after', AFTER_HELP)
    .action(async (flags: EdgeFlags) => {
      const { startEdge } = await import('@freshtag/edge');
      const edge = await startEdge(await readEdgeFlags(flags));
      const { url, apiUrl: api, controlUrl: control, domains } = edge;
      printLine(JSON.stringify({ edge: url, api, domains, control }));
      if (control !== undefined && process.stderr.isTTY)
        printProgress(`Open ${control}/ to see what it does.`);
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
