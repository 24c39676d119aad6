import type { CommandWords } from './words.ts';

/** For bash 3.2 and later, without the package bash-completion. */
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
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      ${names.join('|')}) command="$word"; break ;;
    esac
  done
  COMPREPLY=()
  case "$previous" in
    ${flagsWith('path').join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
    ${flagsWith('other').join('|')}) return ;;
  esac
  case "$command" in
${commands.map(branchOf).join('\n')}
    *) COMPREPLY=($(compgen -W "${names.join(' ')} --help --version" -- "$current")) ;;
  esac
  if [[ -n $command && \${#COMPREPLY[@]} -eq 0 && $current != -* ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _freshtag freshtag
`;
}

function branchOf({ name, flags, choices }: CommandWords): string {
  const long = flags.map((flag) => flag.name).join(' ');
  const words = choices.length === 0 ? '' : choices.join(' ');
  return `    ${name})
      if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "${long}" -- "$current"))
      else COMPREPLY=($(compgen -W "${words}" -- "$current")); fi ;;`;
}
