import type { IncomingMessage } from 'node:http';

import { Problem } from './problem.ts';

const MAX_BODY_BYTES = 64 * 1024;

/**
 * Reads a body of JSON. The type must say so: a form of another web page cannot.
 *
 * @throws Problem
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new Problem(415, 'NOT_JSON', 'Send JSON, with content-type: application/json.');
  const text = await readText(request);
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new Problem(400, 'NOT_JSON', 'The body is no JSON. Mend it and send it again.');
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // Left open when it is too long: the refusal is still to be sent.
  const body: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) {
      const most = `The body has more than ${MAX_BODY_BYTES} bytes. Refresh fewer tags at once.`;
      throw new Problem(413, 'BODY_TOO_LARGE', most, { connection: 'close' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
