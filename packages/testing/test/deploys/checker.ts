// Compares what visitors see with what the origin has. Imports nothing of ours: what is wrong in there
// must not be wrong in here too.
import { request } from 'node:http';

/** A domain, the origin behind it, and every URL path that was ever served there. */
export interface CheckedSite {
  readonly domain: string;
  readonly origin: string;
  readonly paths: Iterable<string>;
}

export interface CheckedEdge {
  readonly url: string;
  readonly points: readonly string[];
}

interface Answer {
  readonly status: number | undefined;
  readonly body: Buffer;
  /** What a later refresh by tag can reach it by. */
  readonly tags: string;
}

/**
 * Every URL at every point of presence that is not what the origin sends for it now: status, bytes, or
 * the tags by which the next refresh would have to find it.
 */
export async function differences(
  edge: CheckedEdge,
  sites: readonly CheckedSite[],
): Promise<string[]> {
  const found: string[] = [];
  for (const { domain, origin, paths } of sites) {
    for (const path of formsOf(paths)) {
      const made = await ask(origin + path, { host: domain });
      for (const point of edge.points) {
        const shown = await ask(edge.url + path, { host: domain, 'x-edge-pop': point });
        const what = difference(shown, made);
        if (what !== undefined) found.push(`${domain}${path} at ${point}: ${what}`);
      }
    }
  }
  return found;
}

/** `/a/` is `/a/index.html` and `/a` too, whatever the origin answers there. */
function formsOf(paths: Iterable<string>): Set<string> {
  const forms = new Set<string>();
  for (const path of paths) {
    forms.add(path);
    if (!path.endsWith('/')) continue;
    forms.add(`${path}index.html`);
    if (path !== '/') forms.add(path.slice(0, -1));
  }
  return forms;
}

function difference(shown: Answer, made: Answer): string | undefined {
  if (shown.status !== made.status) return `${shown.status} instead of ${made.status}`;
  if (!shown.body.equals(made.body)) return `"${text(shown)}" instead of "${text(made)}"`;
  return shown.tags === made.tags ? undefined : `tags ${shown.tags} instead of ${made.tags}`;
}

function text({ body }: Answer): string {
  return body.toString('utf8').slice(0, 80);
}

function ask(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          body: Buffer.concat(chunks),
          tags: String(response.headers['cache-tag'] ?? ''),
        }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}
