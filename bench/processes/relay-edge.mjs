// The local edge for the relay's bench: as it is published, with no limit of its own. Tells the address of
// its API on standard output and ends with its standard input; tells which calls it accepted when it gets
// a message, and forgets them.
import { startEdge } from '@freshtag/edge';

const edge = await startEdge({
  domains: { 'www.example.com': 'http://127.0.0.1:9' },
  pointsOfPresence: [{ name: 'pop-1', propagationDelayMs: 0 }],
  secondLayer: false,
  maxCallsPerSecond: Infinity,
});
let calls = [];
let refused = 0;
edge.onEvent((event) => {
  if (event.type !== 'refresh') return;
  if (event.outcome === 'accepted') calls.push({ at: event.at, tags: event.tags });
  else refused += 1;
});
console.log(edge.apiUrl);
process.stdin.resume().on('end', () => process.exit());
process.on('message', () => {
  process.send({ calls, refused });
  calls = [];
  refused = 0;
});
