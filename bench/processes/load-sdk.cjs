// require is what the SDK is fastest with: import() parses its 1 MB a second time, for its names.
require('@alicloud/dcdn20180115');

process.getBuiltinModule('node:fs').writeSync(1, JSON.stringify(process.memoryUsage()));
