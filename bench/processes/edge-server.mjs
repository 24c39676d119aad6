// The edge as it is published. Arguments: the origin, and `one-layer` for a point of presence alone.
// Tells its addresses on standard output and ends with its standard input; tells its memory, after a
// garbage collection, when it gets a message.
import { startEdge } from '@freshtag/edge';

const [origin, layers] = process.argv.slice(2);
const edge = await startEdge({
  domains: { 'www.example.com': origin },
  pointsOfPresence: [{ name: 'pop-1', propagationDelayMs: 0 }],
  secondLayer: layers === 'one-layer' ? false : { propagationDelayMs: 0 },
  maxCallsPerSecond: Infinity,
});
console.log(`${edge.url} ${edge.apiUrl}`);
process.stdin.resume().on('end', () => process.exit());
process.on('message', () => {
  globalThis.gc();
  process.send(process.memoryUsage());
});
