import type { CommandWords, FlagWords } from './words.ts';

const ACTIONS: Readonly<Record<FlagWords['value'], string>> = {
  none: '',
  path: ':path:_files',
  other: ':value: ',
};

/** For zsh; works from a folder of `fpath` and when it is sourced. */
export function writeZsh(commands: readonly CommandWords[]): string {
  return `#compdef freshtag
_freshtag() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quote(`${name}:${description}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${commands.map(branchOf).join('\n')}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _freshtag "$@"; else compdef _freshtag freshtag; fi
`;
}

function branchOf({ name, flags, choices, takesPaths }: CommandWords): string {
  const specs = flags.map((flag) =>
    quote(`*${flag.name}[${flag.description.replace(/[[\]:\\]/g, '\\$&')}]${ACTIONS[flag.value]}`),
  );
  // An empty list: with the usual blank, zsh would not offer options either.
  const others = takesPaths ? '*:path:_files' : '*:value:()';
  const rest = choices.length === 0 ? others : `1:choice:(${choices.join(' ')})`;
  return `    ${name}) _arguments -s ${[...specs, quote(rest)].join(' \\\n      ')} ;;`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
