// Ask as visitors do. Imports nothing of ours.
import { Agent, request } from 'node:http';

import { DOMAIN, PAGES } from './site.ts';

export interface Place {
  readonly url: string;
  readonly points: readonly string[];
}

/** What a point of presence shows for a path. */
export function look({ url }: Pick<Place, 'url'>, path: string, point: string): Promise<string> {
  return ask(url + path, point, undefined);
}

/** Visitors of every URL at every point of presence, again and again. @returns what ends that */
export function startVisitors({ url, points }: Place, pauseMs = 60): () => void {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const visit = (): void => {
    for (const { path } of PAGES)
      for (const point of points) ask(url + path, point, agent).catch(() => {});
  };
  const timer = setInterval(visit, pauseMs);
  return () => {
    clearInterval(timer);
    agent.destroy();
  };
}

function ask(url: string, point: string, agent: Agent | undefined): Promise<string> {
  const headers = { host: DOMAIN, 'x-edge-pop': point };
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: agent ?? false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('error', reject);
      response.on('end', () => resolve(body));
    });
    asked.on('error', reject);
    asked.end();
  });
}
