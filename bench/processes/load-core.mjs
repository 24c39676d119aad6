import '@freshtag/core';

process.getBuiltinModule('node:fs').writeSync(1, JSON.stringify(process.memoryUsage()));
