// Calls as often as argument 2 says, with as many under way as argument 3 says, and reports.
exports.repeat = async (call) => {
  const [calls, concurrency] = process.argv.slice(3).map(Number);
  let begun = 0;
  const worker = async () => {
    while (begun < calls) {
      begun += 1;
      await call();
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const tookMs = performance.now() - startedMs;

  process
    .getBuiltinModule('node:fs')
    .writeSync(1, JSON.stringify({ ...process.memoryUsage(), tookMs }));
};
