import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What a process has said: an object with a type. */
export type Said = Readonly<Record<string, unknown>> & { readonly type: string };

const CONDITIONS = '--conditions=@freshtag/source';

/** A process that is killed, frozen and started again. */
export class Actor {
  readonly name: string;
  readonly #script: string;
  readonly #given: (start: number) => object;
  readonly #onSaid: (said: Said) => void;
  #child: ChildProcess | undefined;
  #starts = 0;
  #waiting: { readonly type: string; readonly resolve: () => void }[] = [];
  #errors = '';
  #thaw: NodeJS.Timeout | undefined;

  constructor(
    name: string,
    options: {
      /** Gets one argument: what it is given, and its name, in JSON. */
      readonly script: URL;
      readonly given: (start: number) => object;
      readonly onSaid: (said: Said) => void;
    },
  ) {
    this.name = name;
    this.#script = fileURLToPath(options.script);
    this.#given = options.given;
    this.#onSaid = options.onSaid;
  }

  /** What it wrote to standard error, the end of it. */
  get errors(): string {
    return this.#errors;
  }

  /** Resolves when it has said that it is ready. */
  async start(): Promise<void> {
    this.#starts += 1;
    const given = { name: this.name, ...this.#given(this.#starts) };
    const child = spawn(process.execPath, [CONDITIONS, this.#script, JSON.stringify(given)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'freshtag-crash-compiled') },
    });
    this.#child = child;
    // One that is frozen would outlive the harness.
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    child.stdin.on('error', () => {});
    child.stderr.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-2000);
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line));
    child.once('exit', (code, signal) => {
      if (this.#child === child) this.#child = undefined;
      if (code !== 0 && signal !== 'SIGKILL') this.#onSaid({ type: 'crashed', code, signal });
    });
    await this.heard('ready');
  }

  tell(line: string): void {
    this.#child?.stdin?.write(`${line}\n`);
  }

  /** Resolves when it says something of this type. */
  heard(type: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ type, resolve });
    return promise;
  }

  /** At once; what it had written before is still heard. */
  kill(): void {
    clearTimeout(this.#thaw);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    this.#waiting = [];
  }

  /** Stops it where it is for so long. */
  freeze(longMs: number): void {
    const child = this.#child;
    child?.kill('SIGSTOP');
    this.#thaw = setTimeout(() => child?.kill('SIGCONT'), longMs);
  }

  /** Ends it in good order. @returns its exit code, or nothing if it does not end */
  async stop(): Promise<number | null | undefined> {
    const child = this.#child;
    if (child === undefined) return undefined;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.stdin?.end('stop\n');
    const limit = setTimeout(() => child.kill('SIGKILL'), 15_000);
    return ended.finally(() => clearTimeout(limit));
  }

  #hear(line: string): void {
    // knex prints on the same stream.
    if (!line.startsWith('{')) return;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the harness's own process
    const said = JSON.parse(line) as Said;
    this.#onSaid(said);
    const heard = this.#waiting.filter(({ type }) => type === said.type);
    this.#waiting = this.#waiting.filter(({ type }) => type !== said.type);
    for (const { resolve } of heard) resolve();
  }
}
