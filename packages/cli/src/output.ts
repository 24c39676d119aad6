/** Results go to standard output, one line a call. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What people should know while a command runs goes to standard error. */
export function printProgress(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function printError(message: string): void {
  process.stderr.write(`freshtag: ${message}\n`);
}
