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
export type StoredBody = Buffer | ShelvedBody;

export function lengthOf(body: StoredBody): number {
  return Buffer.isBuffer(body) ? body.length : body.lengthBytes;
}

export function openBody(body: StoredBody): Body {
  return Buffer.isBuffer(body) ? bodyOf(body) : body.open();
}

export const NO_BODY: Body = bodyOf(Buffer.alloc(0));

function bodyOf(whole: Buffer): Body {
  return {
    lengthBytes: whole.length,
    whole,
    read: async function* read() {
      if (whole.length > 0) yield whole;
    },
    cancel: () => {},
    leave: () => {},
  };
}

/** One piece, without a copy where there is but one. */
export function joinChunks(chunks: readonly Buffer[]): Buffer {
  const [first, ...rest] = chunks;
  return first !== undefined && rest.length === 0 ? first : Buffer.concat(chunks);
}

/** Part of a body, both ends included. */
export function sliceBody(
  body: Body,
  { first, last }: { readonly first: number; readonly last: number },
): Body {
  if (body.whole !== undefined) return bodyOf(body.whole.subarray(first, last + 1));
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
