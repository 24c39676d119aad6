import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { signedRequest } from './api-calls.ts';
import { latin1 } from './bytes.ts';
import type { EdgeUnderTest } from './edge-under-test.ts';
import type { Place } from './fuzz-case.ts';
import { HEALTHY_BODY } from './hostile-origin.ts';

/** Time in which a well-formed request must be answered. */
const ANSWER_MS = 2000;

/**
 * Asks both ports what they must answer, whatever has happened before.
 *
 * @returns what is wrong, if anything is
 */
export async function examine(edge: EdgeUnderTest, place: Place): Promise<string | undefined> {
  const { domain } = place;
  const visit = (path: string): Buffer =>
    latin1(`GET ${path} HTTP/1.1\r\nHost: ${domain}\r\nConnection: close\r\n\r\n`);
  const answers = [
    ['a page that is not stored', edge.visitorsPort, visit('/healthy'), `\r\n\r\n${HEALTHY_BODY}`],
    ['a page that is stored', edge.visitorsPort, visit('/kept'), `\r\n\r\n${HEALTHY_BODY}`],
    ['a refresh', edge.apiPort, refreshCall(place), '"RefreshTaskId"'],
  ] as const;
  for (const [name, port, request, expected] of answers) {
    const answer = await send(request, port).catch(String);
    if (answer.startsWith('HTTP/1.1 200') && answer.includes(expected)) continue;
    const why = edge.complaint() ?? answer.slice(0, 1000);
    return `It did not answer ${name} in ${ANSWER_MS} ms. ${why}`;
  }
  return edge.complaint();
}

/** Of a tag that only the stored page has. */
function refreshCall(place: Place): Buffer {
  const query = { DomainName: place.domain, CacheTag: 'healthy', Force: 'true' };
  return signedRequest(
    { action: 'RefreshDcdnObjectCacheByCacheTag', method: 'POST', query },
    place,
    'close',
  );
}

async function send(request: Buffer, port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', signal: AbortSignal.timeout(ANSWER_MS) });
  socket.write(request);
  return text(socket);
}
