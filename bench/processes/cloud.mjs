// Answers every call as the cloud does, at once and unread, so that only the clients are measured.
// Tells its address on standard output and ends with its standard input.
import { createServer } from 'node:http';

const BODY = JSON.stringify({
  RequestId: '0AEDAF20-4DDF-4165-8750-47FF9C1929C9',
  RefreshTaskId: '17410889914',
});

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, {
    'content-type': 'application/json;charset=utf-8',
    'content-length': Buffer.byteLength(BODY),
  });
  response.end(BODY);
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.resume().on('end', () => process.exit());
