import type { CommandWords, FlagWords } from './words.ts';

const VALUES: Readonly<Record<FlagWords['value'], string>> = {
  none: '',
  path: ' -r -F',
  other: ' -x',
};

export function writeFish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ name, description, flags, choices, takesPaths }) => [
    `complete -c freshtag -f -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
    ...(takesPaths ? [] : [`complete -c freshtag -f -n '__fish_seen_subcommand_from ${name}'`]),
    ...flags.map(
      (flag) =>
        `complete -c freshtag -n '__fish_seen_subcommand_from ${name}' -l ${flag.name.slice(2)}${VALUES[flag.value]} -d ${quote(flag.description)}`,
    ),
    ...choices.map(
      (choice) => `complete -c freshtag -f -n '__fish_seen_subcommand_from ${name}' -a ${choice}`,
    ),
  ]);
  return `# fish completion of freshtag\n${lines.join('\n')}\n`;
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
