import { printProgress } from './output.ts';

/** Tells people how far something is, on standard error. */
export interface Progress {
  /** Text after the bar, such as `call 3 of 7`. */
  update(percent: number, text?: string): void;
  stop(): void;
}

/** So many lines tell of the way from 0 to 100 % where there is no terminal. */
const LINES = 20;

/** A bar on a terminal; elsewhere lines, each once, not too many. */
export async function startProgress(label: string): Promise<Progress> {
  return isTerminal() ? startBar(label) : startLines(label);
}

/** Whether standard error can show a bar. */
export function isTerminal(): boolean {
  return process.stderr.isTTY && process.env['TERM'] !== 'dumb';
}

async function startBar(label: string): Promise<Progress> {
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar(
    {
      format: `${label} {bar} {percentage} % {text}`,
      stream: process.stderr,
      barsize: 30,
      hideCursor: true,
      clearOnComplete: true,
      // Ctrl-C is for the command, which then stops the bar.
      gracefulExit: false,
    },
    progress.Presets.shades_grey,
  );
  bar.start(100, 0, { text: '' });
  return {
    update: (percent, text = '') => bar.update(Math.floor(percent), { text }),
    stop: () => bar.stop(),
  };
}

function startLines(label: string): Progress {
  let told = -1;
  return {
    update: (percent, text = `${Math.floor(percent)} %`) => {
      const step = Math.floor((percent / 100) * LINES);
      if (step === told) return;
      told = step;
      printProgress(`${label}: ${text}`);
    },
    stop: () => {},
  };
}
