// Loaded before a program by its test: tells in a file every write to the file system that the program
// makes, and ends it by SIGKILL at one of them. The program knows nothing of it.
import fs, { appendFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

const { WRITES_LOG: log, KILL_AT_WRITE: at = '0', KILL_HALF_WAY: half } = process.env;
let writes = 0;

/** @param {string} name of what happens @param {() => void} [begin] has it happen by half */
function note(name, begin = () => {}) {
  if (name.includes(basename(log))) return;
  writes += 1;
  tell(log, `${name.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')}\n`);
  if (String(writes) !== at) return;
  if (half !== undefined) begin();
  process.kill(process.pid, 'SIGKILL');
}

const tell = appendFileSync;
const begin = writeFileSync;
const nameOf = (path) => basename(String(path));

for (const method of [
  'rename',
  'rm',
  'unlink',
  'link',
  'symlink',
  'copyFile',
  'writeFile',
  'appendFile',
]) {
  for (const [owner, name] of [
    [fs.promises, method],
    [fs, `${method}Sync`],
  ]) {
    const original = owner[name];
    owner[name] = (path, ...rest) => {
      note(`${method} ${nameOf(method === 'symlink' ? rest[0] : path)}`, () => {
        if (method === 'writeFile') begin(path, String(rest[0]).slice(0, rest[0].length / 2));
      });
      return original(path, ...rest);
    };
  }
}

const { open } = fs.promises;
const nothing = await open('/dev/null');
const handles = Object.getPrototypeOf(nothing);
await nothing.close();
const names = new WeakMap();
const { writeFile } = handles;
fs.promises.open = async (path, flags, ...rest) => {
  if (/[wax]/.test(String(flags))) note(`open ${nameOf(path)}`);
  const handle = await open(path, flags, ...rest);
  names.set(handle, path);
  return handle;
};
handles.writeFile = function (text, ...rest) {
  const path = names.get(this);
  if (path !== undefined)
    note(`write ${nameOf(path)}`, () => begin(path, String(text).slice(0, text.length / 2)));
  return writeFile.call(this, text, ...rest);
};
syncBuiltinESMExports();
