import type { CommandWords } from './words.ts';

/**
 * For bash 3.2 and later, without the package bash-completion. Files are left to readline, which quotes
 * their names and goes on into folders; `compopt`, of bash 4, says where it must not.
 */
export function writeBash(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name);
  const flagsWith = (value: string): string[] => [
    ...new Set(
      commands.flatMap(({ flags }) =>
        flags.filter((flag) => flag.value === value).map(({ name }) => name),
      ),
    ),
  ];
  return `# bash completion of freshtag: source <(freshtag completion bash)
_freshtag() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local command="" word
  if [[ $current == "=" ]]; then current=""
  elif [[ $previous == "=" ]]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      ${names.join('|')}) command="$word"; break ;;
    esac
  done
  COMPREPLY=()
  case "$previous" in
    ${flagsWith('path').join('|')}) return ;;
    ${flagsWith('other').join('|')}) compopt +o default 2>/dev/null; return ;;
  esac
  case "$command" in
${commands.map(branchOf).join('\n')}
    *) _freshtag_words "${names.join(' ')} --help --version" ;;
  esac
}
_freshtag_words() {
  compopt +o default 2>/dev/null
  COMPREPLY=($(compgen -W "$1" -- "$current"))
}
complete -o default -F _freshtag freshtag
`;
}

function branchOf({ name, flags, choices, takesPaths }: CommandWords): string {
  const long = flags.map((flag) => flag.name).join(' ');
  const words = `_freshtag_words "${choices.join(' ')}"`;
  return `    ${name})
      if [[ $current == -* ]]; then _freshtag_words "${long}"
      else ${takesPaths ? ':' : words}; fi ;;`;
}
