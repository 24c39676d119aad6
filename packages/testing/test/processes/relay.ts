// A relay on a SQLite file, in a process of its own: tells its events, a line each, and stops at SIGTERM.
// Nothing ends the process but that it has nothing more to do.
// usage: node relay.ts JSON
import { createRelay, createSqliteOutbox, type RelayOptions } from '@freshtag/core/relay';

interface RelayProcess {
  readonly file: string;
  readonly options: Omit<RelayOptions, 'store'>;
}

const { file, options } = JSON.parse(process.argv[2] ?? '{}') as RelayProcess;
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const relay = createRelay({ ...options, store: createSqliteOutbox({ file }), onEvent: tell });
await relay.start();
process.once('SIGTERM', () => void relay.stop());
tell({ type: 'started' });
