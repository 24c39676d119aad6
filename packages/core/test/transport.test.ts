import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { inspect } from 'node:util';

import { Agent, buildConnector, type Dispatcher } from 'undici';
import { describe, onTestFinished, test } from 'vitest';

import { createDcdnClient, type Clock, type DcdnClientOptions } from '@freshtag/core';

import { rejectionOf } from './credentials-support.ts';
import { serve } from './serve.ts';

const ANSWER = '{"RequestId":"R"}';

/** A key of its own for each test, since clients of one key share their pace. */
let keys = 0;
function options(more: DcdnClientOptions): DcdnClientOptions {
  keys += 1;
  return { credentials: { accessKeyId: `id${keys}`, accessKeySecret: 'secret' }, env: {}, ...more };
}

/** A clock that passes when somebody sleeps, and when it is told. */
function manualClock(): Clock & { readonly advance: (ms: number) => void } {
  let nowMs = 1_000_000;
  return {
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    sleep: async (delayMs, signal) => {
      signal?.throwIfAborted();
      nowMs += delayMs;
    },
  };
}

/** Real connections, each of which takes some time of the clock to come about. */
function slowConnections(delaysMs: readonly number[], advance: (ms: number) => void): Agent {
  const connect = buildConnector({});
  let connections = 0;
  const agent = new Agent({
    connect: (target, callback) => {
      advance(delaysMs[connections] ?? 0);
      connections += 1;
      connect(target, callback);
    },
  });
  onTestFinished(() => agent.close());
  return agent;
}

/** An endpoint behind such connections, which notes when calls arrive; `same` are options for it. */
async function slowEndpoint(delaysMs: readonly number[]) {
  const clock = manualClock();
  const arrivedAtMs: number[] = [];
  const endpoint = await serve((_, response) => {
    arrivedAtMs.push(clock.now());
    response.end(ANSWER);
  });
  const dispatcher = slowConnections(delaysMs, clock.advance);
  return { clock, arrivedAtMs, same: options({ endpoint, clock, dispatcher }) };
}

/** The most that happened within any second. */
function mostInASecond(timesMs: readonly number[]): number {
  return Math.max(
    ...timesMs.map((atMs) => timesMs.filter((it) => it >= atMs && it < atMs + 1000).length),
  );
}

describe('the pace', () => {
  test('counts a call until a second after its answer, however long it took to connect', async ({
    expect,
  }) => {
    const { clock, arrivedAtMs, same } = await slowEndpoint([5000]);
    const client = createDcdnClient(same);
    for (let call = 0; call < 12; call += 1) await client.call('Any', {});
    expect(arrivedAtMs).toHaveLength(12);
    expect(mostInASecond(arrivedAtMs)).toBe(5);
    // And no slower than that: twelve calls are two waits.
    expect(clock.now()).toBe(1_000_000 + 5000 + 2 * 1020);
  });

  test('holds for clients that begin at once, on connections that are open at different times', async ({
    expect,
  }) => {
    // The clock jumps whenever somebody sleeps, also while calls are on their way.
    const { arrivedAtMs, same } = await slowEndpoint([0, 900, 0, 700, 300, 0, 1200, 5]);
    await Promise.all(Array.from({ length: 40 }, () => createDcdnClient(same).call('Any', {})));
    expect(arrivedAtMs).toHaveLength(40);
    expect(mostInASecond(arrivedAtMs)).toBeLessThanOrEqual(5);
  });

  test('lets a waiting call go when its caller gives up, and the next one pass', async ({
    expect,
  }) => {
    const arrived: unknown[] = [];
    const endpoint = await serve((request, response) => {
      arrived.push(request.headers['x-acs-action']);
      if (request.headers['x-acs-action'] !== 'First') response.end(ANSWER);
    });
    const client = createDcdnClient(
      options({ endpoint, clock: manualClock(), maxCallsPerSecond: 1 }),
    );
    const [first, second] = [new AbortController(), new AbortController()];
    const calling = client.call('First', {}, first.signal);
    const waiting = client.call('Second', {}, second.signal);
    second.abort(new Error('no longer'));
    await expect(waiting).rejects.toThrow('no longer');
    first.abort(new Error('nor this'));
    await expect(calling).rejects.toThrow('nor this');
    await client.call('Third', {});
    expect(arrived).not.toContain('Second');
    expect(arrived).toContain('Third');
  });
});

describe('a call that was given up', () => {
  test('is not sent when its connection is there at last', async ({ expect }) => {
    const arrived: unknown[] = [];
    const endpoint = await serve((request, response) => {
      arrived.push(request.headers['x-acs-action']);
      response.end(ANSWER);
    });
    const begun = Promise.withResolvers<void>();
    const connected = Promise.withResolvers<void>();
    const connect = buildConnector({});
    const dispatcher = new Agent({
      connections: 1,
      connect: (target, callback) => {
        begun.resolve();
        void connected.promise.then(() => connect(target, callback));
      },
    });
    onTestFinished(() => dispatcher.close());
    const client = createDcdnClient(options({ endpoint, dispatcher }));
    const abort = new AbortController();
    const given = client.call('Given', {}, abort.signal);
    await begun.promise;
    abort.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    connected.resolve();
    await client.call('Later', {});
    expect(arrived).toEqual(['Later']);
  });
});

describe('an error that is not one of the network', () => {
  const broken = (failure: Error): Dispatcher => {
    const agent = new Agent();
    agent.dispatch = () => {
      throw failure;
    };
    return agent;
  };

  test.for([new TypeError('a bug'), new RangeError('a bug'), new ReferenceError('a bug')])(
    'is not called an endpoint that cannot be reached: %s',
    async (failure, { expect }) => {
      const endpoint = 'http://127.0.0.1:1';
      const client = createDcdnClient(options({ endpoint, dispatcher: broken(failure) }));
      await expect(client.call('Any', {})).rejects.toBe(failure);
    },
  );

  test('leaves no timer and no listener behind when it is thrown at once', async ({ expect }) => {
    const endpoint = 'http://127.0.0.1:1';
    const dispatcher = broken(new Error('at once'));
    const client = createDcdnClient(options({ endpoint, dispatcher, timeoutMs: 30_000 }));
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    const before = timers().length;
    await expect(client.call('Any', {})).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
    expect(timers()).toHaveLength(before);
  });
});

describe('a proxy of the environment', () => {
  const PASSWORD = 'CANARYpassword';
  const secret = `http://user:${PASSWORD}@`;
  const endpoint = 'https://dcdn.example.test';

  /** Something that listens where the proxy should be, and does this with a connection. */
  async function listening(onConnection: Parameters<typeof createServer>[1]): Promise<number> {
    const server: Server = createServer(onConnection);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  test.for([
    'http://user:CANARYpassword@[bad',
    'ftp://user:CANARYpassword@host',
    'http://%zz@host',
  ])(
    'that is none is told by the variable’s name and never by its value: %s',
    async (value, { expect }) => {
      const env = { HTTPS_PROXY: value };
      const error = await rejectionOf((async () => createDcdnClient(options({ endpoint, env })))());
      expect(error).toMatchObject({
        code: 'INVALID_OPTION',
        recovery: 'stop',
        message: expect.stringMatching(/^https_proxy is not the address of a proxy/),
      });
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/CANARY|%zz/);
    },
  );

  test('that is none does not matter to an endpoint on this machine', async ({ expect }) => {
    const local = await serve((_, response) => response.end(ANSWER));
    const env = { http_proxy: 'http://[bad', https_proxy: 'http://[bad' };
    const client = createDcdnClient(options({ endpoint: local, env }));
    expect(await client.call('Any', {})).toEqual({ RequestId: 'R' });
  });

  test.for<readonly [string, string, string, RegExp]>([
    ['refuses the tunnel', 'HTTP/1.1 407 No\r\n\r\n', 'stop', /\(the proxy answered 407\)/],
    ['cannot make it', 'HTTP/1.1 502 No\r\n\r\n', 'retry', /\(the proxy answered 502\)/],
    ['hangs up', '', 'retry', /cannot be reached/],
  ])('that %s is named, and its password is not', async ([, said, recovery, why], { expect }) => {
    const port = await listening((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(said));
    });
    const env = { https_proxy: `${secret}127.0.0.1:${port}` };
    const client = createDcdnClient(options({ endpoint, env }));
    onTestFinished(() => client.close());
    const error = await rejectionOf(client.call('Any', {}));
    expect(error).toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      recovery,
      message: expect.stringMatching(why),
    });
    expect(String(error)).toContain('through the proxy that https_proxy names');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(PASSWORD);
  });

  test('that is not there is named, and its password is not', async ({ expect }) => {
    const env = { https_proxy: `${secret}127.0.0.1:1` };
    const client = createDcdnClient(options({ endpoint, env }));
    const error = await rejectionOf(client.call('Any', {}));
    expect(String(error)).toMatch(/ECONNREFUSED\) through the proxy that https_proxy names/);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(PASSWORD);
  });
});

test('what the cloud says does nothing to a terminal, and fits on it', async ({ expect }) => {
  const evil = 'a\u001b]0;b\u0007\u009b31m\u202ec\nd';
  const long = 'x'.repeat(100_000);
  const bodies = [
    [400, { Code: `C${evil}`, Message: evil + long, RequestId: evil }],
    [502, `<html>${evil}${long}`],
    [403, `<Error><Code>Forbidden.RAM</Code><Message>${evil}</Message></Error>`],
  ] as const;
  for (const [status, body] of bodies) {
    const endpoint = await serve((_, response) =>
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body)),
    );
    const error = await rejectionOf(createDcdnClient(options({ endpoint })).call('Any', {}));
    const shown = JSON.stringify(error, Object.getOwnPropertyNames(error)).replace(
      /"stack":.*/s,
      '',
    );
    expect(shown + String(error)).not.toMatch(/\\u00|[^ -~“”’é…]/);
    expect(String(error).length).toBeLessThan(2000);
  }
});
