/** Reads a stream piece by piece as it is asked for. */
export interface ByteReader {
  /** The next line, without its end. */
  readonly line: () => Promise<string>;
  readonly bytes: (count: number) => Promise<Buffer>;
}

const LINE_END = 0x0a;

export function readBytes(stream: AsyncIterable<Buffer>): ByteReader {
  const chunks = stream[Symbol.asyncIterator]();
  let open: Buffer = Buffer.alloc(0);
  const more = async (): Promise<Buffer> => {
    const { value, done } = await chunks.next();
    if (done === true) throw new Error('git ended before it had answered');
    return value;
  };
  const line = async (): Promise<string> => {
    let end = open.indexOf(LINE_END);
    while (end === -1) {
      open = Buffer.concat([open, await more()]);
      end = open.indexOf(LINE_END);
    }
    const text = open.toString('utf8', 0, end);
    open = open.subarray(end + 1);
    return text;
  };
  const bytes = async (count: number): Promise<Buffer> => {
    const parts = [open];
    let length = open.length;
    while (length < count) {
      const part = await more();
      parts.push(part);
      length += part.length;
    }
    const all = parts.length === 1 ? open : Buffer.concat(parts);
    open = all.subarray(count);
    return all.subarray(0, count);
  };
  return { line, bytes };
}
