// A reverse proxy on undici and nothing else: no cache, no tags. Streams. Argument: the origin.
// Tells its address on standard output and ends with its standard input.
import { createServer } from 'node:http';

import { Pool } from 'undici';

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'te', 'transfer-encoding', 'upgrade']);
const origin = new Pool(process.argv[2]);

const server = createServer((request, response) => {
  const { method, url: path } = request;
  origin
    .stream(
      { method, path, headers: endToEnd(request.headers), opaque: response },
      ({ statusCode, headers }) => response.writeHead(statusCode, endToEnd(headers)),
    )
    .catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.resume().on('end', () => process.exit());

function endToEnd(headers) {
  const kept = {};
  for (const name in headers) if (!HOP_BY_HOP.has(name)) kept[name] = headers[name];
  return kept;
}
