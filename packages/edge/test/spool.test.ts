import { test } from 'vitest';

import { Spool } from '../src/cache/spool.ts';

const MIB = 1024 * 1024;

test('a source that waits goes on when its fastest reader has read, though another stands still', async ({
  expect,
}) => {
  const spool = new Spool({
    lengthBytes: undefined,
    maxLagBytes: 100 * MIB,
    onAbandoned: () => {},
    onDrained: () => {},
  });
  spool.open();
  const fast = spool.open().read()[Symbol.asyncIterator]();
  spool.letGo();
  const body = [Buffer.alloc(MIB, 'a'), Buffer.alloc(MIB, 'b')];
  const sent = (async () => {
    for (const chunk of body) await spool.append(chunk);
    spool.end();
  })();

  expect((await fast.next()).value).toBe(body[0]);
  expect((await fast.next()).value).toBe(body[1]);
  expect((await fast.next()).done).toBe(true);
  await sent;
});
