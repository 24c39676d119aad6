import type { IncomingMessage } from 'node:http';

import { Problem } from './problem.ts';

const NAMES = ['127.0.0.1', 'localhost'];

/**
 * Lets nobody pass but this machine's own tools and the endpoint's own page. Any web page may have its
 * visitor's browser ask an address of the loopback, by that address or by a name of its own that leads
 * there.
 *
 * @throws Problem
 */
export function checkCaller({ headers, socket }: IncomingMessage, isPage: boolean): void {
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  const hosts = hostsOf(socket.localPort ?? 0);
  if (!hosts.includes(host.toLowerCase()))
    throw new Problem(421, 'HOST_REFUSED', `Ask by the address itself, like http://${hosts[0]}/.`);
  const isOwn = origin === undefined || origin === `http://${host.toLowerCase()}`;
  const isFromElsewhere = site === 'cross-site' || site === 'same-site';
  // A link may lead to the page; everything else is the page's own to ask.
  if (isOwn && !(isFromElsewhere && !isPage)) return;
  throw new Problem(
    403,
    'ORIGIN_REFUSED',
    'Another web page may not ask here. Use the page of this address, or a tool that is no browser.',
  );
}

function hostsOf(port: number): readonly string[] {
  const withPort = NAMES.map((name) => `${name}:${port}`);
  return port === 80 ? [...withPort, ...NAMES] : withPort;
}
