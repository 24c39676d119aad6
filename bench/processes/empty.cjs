// Node and nothing else. Every process here reports its memory in this way, so that it cancels out.
process.getBuiltinModule('node:fs').writeSync(1, JSON.stringify(process.memoryUsage()));
