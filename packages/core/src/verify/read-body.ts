import type { Readable, Transform } from 'node:stream';

import { crypto } from '../crypto.ts';
import type { Normalized } from '../site/normalize/normalizer.ts';
import type { BodyDigest } from './answer.ts';

/** As long as those of manifests: 128 bits. */
const DIGEST_LENGTH = 22;

export interface ReadOptions {
  /** `Content-Encoding` of the answer, if it has one. */
  readonly encoding: string | undefined;
  /** Longest part that is read, in decoded bytes. */
  readonly maxBytes: number;
  /** Given the body, if it is whole: what to digest in its place, and the names that its digest ends in. */
  readonly normalize?: ((content: Buffer) => Normalized) | undefined;
}

/**
 * Digests a body as it comes, decoded, up to a bound; nothing of it is kept unless it is to be
 * normalised. The rest of a longer one is not fetched.
 *
 * @throws whatever the network or the decoder has
 */
export async function digestBody(
  body: Readable,
  { encoding, maxBytes, normalize }: ReadOptions,
): Promise<BodyDigest> {
  const hash = crypto().createHash('sha256');
  const kept: Buffer[] = [];
  let bytes = 0;
  let truncated = false;
  // An undici body that is left in its middle says so as an error.
  body.on('error', () => {});
  try {
    for await (const chunk of decode(body, encoding)) {
      const piece = chunk.subarray(0, maxBytes - bytes);
      bytes += piece.length;
      truncated = piece.length < chunk.length;
      if (normalize === undefined) hash.update(piece);
      else kept.push(piece);
      if (truncated) break;
    }
  } finally {
    body.destroy();
  }
  const whole = Buffer.concat(kept);
  const clean = normalize === undefined || truncated ? undefined : normalize(whole);
  hash.update(clean?.content ?? whole);
  const digest = hash.digest('base64url').slice(0, DIGEST_LENGTH);
  return { digest: [digest, ...(clean?.applied ?? [])].join('~'), bytes, truncated };
}

/** An encoding that is not known is compared as it came. */
function decode(body: Readable, encoding = ''): AsyncIterable<Buffer> {
  const decoder = createDecoder(encoding.trim().toLowerCase());
  return decoder === undefined ? body : decodeBy(decoder, body);
}

/** Nothing at all is no end of a compressed body, and yet what servers send for an empty one. */
async function* decodeBy(decoder: Transform, body: Readable): AsyncGenerator<Buffer> {
  let isEmpty = true;
  body.once('data', () => (isEmpty = false));
  body.on('error', (error: Error) => decoder.destroy(error));
  try {
    yield* body.pipe(decoder);
  } catch (error) {
    if (!isEmpty || body.errored !== null) throw error;
  }
}

function createDecoder(encoding: string): Transform | undefined {
  const zlib = process.getBuiltinModule('node:zlib');
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip();
    case 'br':
      return zlib.createBrotliDecompress();
    case 'deflate':
      return zlib.createInflate();
    case 'zstd':
      return zlib.createZstdDecompress();
    default:
      return undefined;
  }
}
