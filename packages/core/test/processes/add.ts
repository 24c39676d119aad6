// Adds one to the count in a store, so often; says each time that it is written.
// usage: node add.ts file|sqlite PATH TIMES
import { isFreshtagError } from '@freshtag/core';
import { createFileStore, createSqliteStore } from '@freshtag/core/site';

const [kind, path = '', times = '0'] = process.argv.slice(2);
const store =
  kind === 'file' ? createFileStore(path) : createSqliteStore({ file: path, key: 'count' });

interface Counted {
  readonly count: number;
  /** Makes a write take long enough to be killed in. */
  readonly filling: string;
}

for (let left = Number(times); left > 0;) {
  const before = await store.read();
  const { count } = JSON.parse(before?.text ?? '{"count":0}') as Counted;
  const filling = String(Math.random()).repeat(20_000);
  try {
    const text = JSON.stringify({ count: count + 1, filling } satisfies Counted);
    await store.write(text, { expected: before?.version });
  } catch (error) {
    if (isFreshtagError(error, 'STATE_CONFLICT')) continue;
    throw error;
  }
  left -= 1;
  process.stdout.write(`${count + 1}\n`);
}
