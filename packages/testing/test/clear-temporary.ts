import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Projects of the last run stay until the next, so that a failed test can be looked into. */
export function setup(): void {
  rmSync(fileURLToPath(new URL('../.temporary', import.meta.url)), {
    recursive: true,
    force: true,
  });
}
