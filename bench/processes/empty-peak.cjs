// Node and nothing else, with the most memory that it ever had.
const { peakKb } = require('./peak.cjs');

console.log(JSON.stringify({ pages: 0, peakKb: peakKb(), cpu: process.cpuUsage() }));
