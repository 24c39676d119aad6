/**
 * `node:crypto`, loaded when it is first needed: it takes longer to load than the rest of the core,
 * and more than half of its memory.
 */
export function crypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
