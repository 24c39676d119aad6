// An edge in a process of its own. usage: node edge-process.ts OPTIONS_AS_JSON
// Prints its addresses as one line of JSON, and ends when its input ends. As the child of a Node process
// it tells its memory whenever it gets a message.
import { startEdge } from '../src/index.ts';
import { edgeOptions, type Wanted } from './edge-options.ts';

const wanted: Wanted = JSON.parse(process.argv[2] ?? '');
const edge = await startEdge(edgeOptions(wanted));
process.stdout.write(`${JSON.stringify({ url: edge.url, apiUrl: edge.apiUrl })}\n`);
process.stdin.resume().once('end', () => void edge.close());
process.on('message', () => {
  // What is garbage is no leak.
  globalThis.gc?.();
  process.send?.({ rssBytes: process.memoryUsage.rss() });
});
