import { Argument, type Command } from '../commander.ts';
import type { Session } from '../session.ts';

const AFTER_HELP = `
  source <(freshtag completion bash)                      # in ~/.bashrc
  freshtag completion zsh > "\${fpath[1]}/_freshtag"        # then start anew
  freshtag completion fish > ~/.config/fish/completions/freshtag.fish`;

export function addCompletionCommand(program: Command, session: Session): void {
  program
    .command('completion')
    .description('print a script for completion in a shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', AFTER_HELP)
    .action(async (shell: string) => {
      const { writeScript } = await import('../completion/script.ts');
      const script = writeScript(shell, program);
      session.outcome = { result: { shell, script }, lines: [script.trimEnd()] };
    });
}
