// An edge in a process of its own, for what a test cannot do to its own: node edge-process.ts ORIGIN FILE
import { startEdge } from '../src/index.ts';

const [origin = '', file = ''] = process.argv.slice(2);
const edge = await startEdge({ domains: { 'www.example.com': origin }, cache: { file } });
edge.onEvent((event) => {
  if (event.type === 'store') process.stdout.write(`${JSON.stringify(event)}\n`);
});
process.stdout.write(`${JSON.stringify({ type: 'ready', url: edge.url, apiUrl: edge.apiUrl })}\n`);
