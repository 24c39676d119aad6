// The most memory that this process ever had. What a process reports as its maxRSS may be that of its parent.
const { readFileSync } = process.getBuiltinModule('node:fs');

exports.peakKb = () => {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return line === null ? process.resourceUsage().maxRSS : Number(line[1]);
};
