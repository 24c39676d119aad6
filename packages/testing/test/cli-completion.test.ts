import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, test } from 'vitest';

import { runProgram, writeFiles } from '../src/index.ts';
import { createCommandWorld, type CommandWorld } from './command-world.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await createCommandWorld();
  writeFiles(world.cwd, {
    // Folders called like commands, and names that a shell has to quote.
    'config/x': '',
    'plans/x': '',
    'edge/x': '',
    'my site/x': '',
    'my tags.txt': '',
  });
});

afterEach(() => world.close());

const FOLDERS = ['/bin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
const has = (program: string): boolean =>
  FOLDERS.some((folder) => existsSync(join(folder, program)));

// In two parts each, so that the line that defines it is not taken for what it prints.
const SHOW = `freshtag() { printf 'r%s' an; printf '<%s>' "$@"; printf 'en%s\\n' d; }`;

const SHELLS = {
  bash: {
    start: 'bash --noprofile --rcfile set-up.sh -i',
    setUp: `PS1='$ '; bind 'set bell-style none'\n${SHOW}\nsource script.txt\n`,
  },
  zsh: {
    start: 'ZDOTDIR=. zsh -i',
    setUp: `autoload -Uz compinit; compinit -u -D\n${SHOW}\nsource ./script.txt\n`,
  },
  fish: {
    start: 'fish --no-config -i -C "source set-up.sh"',
    setUp: `function freshtag; printf 'r%s' an; printf '<%s>' $argv; printf 'en%s\\n' d; end\nsource script.txt\n`,
  },
} as const;

/** Types lines into a shell on a terminal, Tab where they say ⇥, and tells with what the command was run. */
async function typed(
  shell: keyof typeof SHELLS,
  lines: readonly string[],
): Promise<readonly string[]> {
  const { start, setUp } = SHELLS[shell];
  const { result } = await world.json(['completion', shell]);
  writeFiles(world.cwd, { 'script.txt': result.script, 'set-up.sh': setUp, '.zshrc': setUp });
  const { stdout } = await runProgram('script', ['-qec', start, '/dev/null'], {
    cwd: world.cwd,
    env: { HOME: join(world.cwd, 'home'), TERM: 'xterm' },
    input: [...lines, ' exit', ''].join('\r').replaceAll('⇥', '\t'),
  });
  // zsh takes the slash after a folder away again.
  return [...stdout.matchAll(/ran(.*?)end/gs)].map(([, ran = '']) => ran.replace('/>', '>'));
}

const CASES: readonly (readonly [line: string, ran: string])[] = [
  ['freshtag conf⇥', '<config>'],
  ['freshtag qu⇥', '<quota>'],
  ['freshtag refresh --dry⇥', '<refresh><--dry-run>'],
  ['freshtag completion fi⇥', '<completion><fish>'],
  [String.raw`freshtag refresh --file my\ t⇥`, '<refresh><--file><my tags.txt>'],
  [String.raw`freshtag plan my\ s⇥`, '<plan><my site>'],
  // Tags and domains are no files.
  ['freshtag refresh conf⇥', '<refresh><conf>'],
  ['freshtag refresh --domain conf⇥', '<refresh><--domain><conf>'],
];

test.for(['bash', 'zsh', 'fish'] as const)(
  'completion in %s gives commands, options, choices and files, each where it belongs',
  async (shell, { expect, skip }) => {
    skip(process.platform !== 'linux', 'needs the script of util-linux');
    skip(!has(shell), `${shell} is not installed here, so its completion is NOT TESTED`);
    const ran = await typed(
      shell,
      CASES.map(([line]) => line),
    );
    expect(ran).toEqual(CASES.map(([, expected]) => expected));
  },
);

test('completion in bash gives files after an equals sign, too', async ({ expect, skip }) => {
  skip(process.platform !== 'linux', 'needs the script of util-linux');
  expect(await typed('bash', [String.raw`freshtag refresh --file=my\ t⇥`])).toEqual([
    '<refresh><--file=my tags.txt>',
  ]);
});

test('completion names every command and option in the scripts of all shells', async ({
  expect,
}) => {
  const help = (await world.freshtag(['--help'])).stdout;
  const commands = [...help.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name ?? '');
  expect(commands).toContain('refresh');
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { result } = await world.json(['completion', shell]);
    for (const command of commands) expect(result.script).toContain(command);
    expect(result.script).toMatch(/second-pass-delay/);
  }
});
