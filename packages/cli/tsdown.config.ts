import type { UserConfig } from 'tsdown';

import shared from '../../tsdown.config.ts';

const IMPORT_OF_BUILTIN = /^import ([\w$]+)?(?:, )?(\{.+\})? from "(node:[a-z/_]+)";$/gm;

/**
 * Imported as a module, a builtin makes all its exports at once, which loads many others: a third of the
 * time that the command needs to start. Commander starts programs only for commands that are programs.
 */
function takeBuiltins(code: string): string {
  return code.replace(
    IMPORT_OF_BUILTIN,
    (_, whole: string | undefined, parts: string | undefined, builtin: string) => {
      const module = `process.getBuiltinModule("${builtin}")`;
      if (builtin === 'node:child_process')
        return `const ${whole} = { get spawn() { return ${module}.spawn; } };`;
      return [whole, parts?.replaceAll(' as ', ': ')]
        .filter((name) => name !== undefined && name !== 'process')
        .map((name) => `const ${name} = ${module};`)
        .join(' ');
    },
  );
}

const config: UserConfig = {
  ...shared,
  plugins: [{ name: 'take-builtins', renderChunk: (code) => takeBuiltins(code) }],
};

export default config;
