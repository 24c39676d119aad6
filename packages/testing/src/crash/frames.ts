/** Reads the messages of a client out of what it sends. @returns the text of each that is complete */
export type ReadFrames = (chunk: Buffer) => string[];

const MYSQL_HEADER = 4;
const MYSQL_QUERY = 3;

/** Packets of MySQL: three bytes of length, one number, then the command. */
export function mysqlFrames(): ReadFrames {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const found: string[] = [];
    while (rest.length >= MYSQL_HEADER) {
      const end = MYSQL_HEADER + rest.readUIntLE(0, 3);
      if (rest.length < end) break;
      const isQuery = rest[3] === 0 && rest[MYSQL_HEADER] === MYSQL_QUERY;
      found.push(isQuery ? rest.toString('utf8', MYSQL_HEADER + 1, end) : '');
      rest = rest.subarray(end);
    }
    return found;
  };
}

/** Messages of PostgreSQL: a letter, four bytes of length that count themselves; the first has no letter. */
export function postgresFrames(): ReadFrames {
  let rest: Buffer = Buffer.alloc(0);
  let letter = 0;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const found: string[] = [];
    while (rest.length >= letter + 4) {
      const end = letter + rest.readUInt32BE(letter);
      if (rest.length < end) break;
      found.push(letter === 1 ? postgresText(rest.subarray(0, end)) : '');
      rest = rest.subarray(end);
      letter = 1;
    }
    return found;
  };
}

/** Of a query, and of a statement that is prepared: that one has its name before it. */
function postgresText(message: Buffer): string {
  const from = { Q: 5, P: message.indexOf(0, 5) + 1 }[String.fromCharCode(message[0] ?? 0)];
  return from === undefined ? '' : message.toString('utf8', from, message.indexOf(0, from));
}
