/** The body of an answer, on its way or stored. Read at most once, or cancelled. */
export interface Body {
  /** `undefined` while nobody can know. */
  readonly lengthBytes: number | undefined;
  /** All of it, where it is at hand in one piece. */
  readonly whole?: Buffer;
  read(): AsyncIterable<Buffer>;
  /** Says that nobody is going to read it, or to read on: its source may stop. */
  cancel(): void;
  /** Says that enough was read; a cache that stores it goes on. */
  leave(): void;
}

/** A body in a file. */
export interface ShelvedBody {
  readonly lengthBytes: number;
  open(): Body;
}

/** A stored body: may be read as often as wanted. In memory it is no more than its bytes. */
export type StoredBody = Buffer | readonly Buffer[] | ShelvedBody;

export const NO_BODY: Body = wholeBody(Buffer.alloc(0));

export function lengthOf(body: StoredBody): number {
  if (Buffer.isBuffer(body)) return body.length;
  return 'open' in body ? body.lengthBytes : lengthOfChunks(body);
}

export function lengthOfChunks(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

export function openBody(body: StoredBody): Body {
  if (Buffer.isBuffer(body)) return wholeBody(body);
  return 'open' in body ? body.open() : bodyInChunks(body);
}

const SMALL_CHUNK_BYTES = 16 * 1024;

/**
 * A body to keep in memory: the chunks as they came, so that all caches and readers share them. Many
 * small ones are joined: each takes room besides its bytes.
 */
export function bodyOfChunks(chunks: readonly Buffer[]): Buffer | readonly Buffer[] {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const isCoarse = chunks.length > 0 && lengthOfChunks(chunks) / chunks.length > SMALL_CHUNK_BYTES;
  return isCoarse ? [...chunks] : Buffer.concat(chunks);
}

function wholeBody(whole: Buffer): Body {
  return { ...bodyInChunks(whole.length === 0 ? [] : [whole]), whole };
}

function bodyInChunks(chunks: readonly Buffer[]): Body {
  return {
    lengthBytes: lengthOfChunks(chunks),
    read: async function* read() {
      yield* chunks;
    },
    cancel: () => {},
    leave: () => {},
  };
}

/** Part of a body, both ends included. */
export function sliceBody(
  body: Body,
  { first, last }: { readonly first: number; readonly last: number },
): Body {
  if (body.whole !== undefined) return wholeBody(body.whole.subarray(first, last + 1));
  return {
    lengthBytes: last + 1 - first,
    read: () => readSlice(body, first, last + 1),
    cancel: () => body.cancel(),
    leave: () => body.leave(),
  };
}

async function* readSlice(body: Body, start: number, end: number): AsyncGenerator<Buffer> {
  let offset = 0;
  for await (const chunk of body.read()) {
    const part = chunk.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
    offset += chunk.length;
    if (part.length > 0) yield part;
    if (offset >= end) {
      body.leave();
      return;
    }
  }
}
