import { promisify } from 'node:util';

import { digestOf } from '../manifest.ts';
import { MAX_STATE_BYTES, tooLarge } from './store.ts';
import { hasCode } from './system-error.ts';

/** Below this, people can read what is stored; above it, the way is long. */
const PLAIN_BYTES = 16_384;

/** A version for stores that have none of their own. */
export function versionOf(text: string | Uint8Array): string {
  return digestOf(text);
}

/** Bytes to store: compressed unless they are few. */
export async function encodeText(text: string, name: string): Promise<Buffer> {
  const bytes = Buffer.from(text);
  if (bytes.length > MAX_STATE_BYTES) throw tooLarge(name);
  if (bytes.length <= PLAIN_BYTES) return bytes;
  const { gzip } = await import('node:zlib');
  return promisify(gzip)(bytes);
}

/**
 * The text in stored bytes, compressed or not. What cannot be unpacked is handed on as it is: whoever
 * reads it then says that it is damaged, and a reset can still replace it.
 *
 * @throws FreshtagError `STATE_REFUSED` for what unpacks to more than any state has
 */
export async function decodeText(bytes: Uint8Array, name: string): Promise<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer[0] !== 0x1f || buffer[1] !== 0x8b) return buffer.toString('utf8');
  const { gunzip } = await import('node:zlib');
  try {
    const unpacked = await promisify(gunzip)(buffer, { maxOutputLength: MAX_STATE_BYTES });
    return unpacked.toString('utf8');
  } catch (error) {
    if (hasCode(error, 'ERR_BUFFER_TOO_LARGE')) throw tooLarge(name);
    return buffer.toString('latin1');
  }
}
