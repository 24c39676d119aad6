// An origin that costs next to nothing: answers every GET on bare sockets. `/big` has 10 KB; `/object/N`
// has 1 KB and three tags: one on all objects, one on every hundredth, one of its own.
// Tells its address on standard output and ends with its standard input.
import { createServer } from 'node:net';

const big = response('max-age=3600', 'big', 10_000);
const other = response('no-store', 'other', 1024);

const server = createServer((socket) => {
  let rest = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const requests = (rest + chunk.toString('latin1')).split('\r\n\r\n');
    rest = requests.pop();
    for (const request of requests) socket.write(answer(request.slice(4, request.indexOf(' ', 4))));
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.resume().on('end', () => process.exit());

function answer(path) {
  if (path === '/big') return big;
  const number = /^\/object\/(\d+)$/.exec(path)?.[1];
  if (number === undefined) return other;
  return response('max-age=3600', `all,group-${number % 100},object-${number}`, 1024);
}

function response(lifetime, tags, size) {
  return `HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncache-control: ${lifetime}\r\ncache-tag: ${tags}\r\ncontent-length: ${size}\r\n\r\n${'x'.repeat(size)}`;
}
