import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { SmallAtlas } from '../support/content.ts';
import type { ArgumentOf, Command, Given, Question, ResultOf, Said } from './processes/protocol.ts';

const SCRIPT = fileURLToPath(new URL('processes/strapi.ts', import.meta.url));

/** A Strapi in a process of its own, on one port however often it is started. */
export interface StrapiProcess {
  readonly url: string;
  readonly atlas: SmallAtlas;
  /** Has it do something. @throws what was thrown there */
  readonly ask: <Name extends Command>(
    command: Name,
    argument: ArgumentOf<Name>,
  ) => Promise<ResultOf<Name>>;
  /** What it has written, for a test that fails. */
  readonly output: () => string;
  /** At once, as if the machine had lost power. */
  readonly kill: () => Promise<void>;
  /** After `kill`, on what is in its database. */
  readonly startAgain: () => Promise<void>;
}

export interface ProcessOptions extends Omit<Given, 'port'> {
  readonly env: Readonly<Record<string, string>>;
}

export async function startStrapiProcess(options: ProcessOptions): Promise<StrapiProcess> {
  let output = '';
  const onOutput = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-20_000);
  };
  let running = await launch(options, 0, onOutput);
  const { port, atlas } = running;
  if (atlas === undefined) throw new Error('Strapi has not said what is in it');
  return {
    url: `http://127.0.0.1:${port}`,
    atlas,
    ask: (command, argument) => running.ask(command, argument),
    output: () => output,
    kill: () => running.kill(),
    startAgain: async () => {
      running = await launch(options, port, onOutput);
    },
  };
}

interface Running extends Pick<StrapiProcess, 'ask' | 'kill'> {
  readonly port: number;
  readonly atlas: SmallAtlas | undefined;
}

async function launch(
  { env, ...about }: ProcessOptions,
  port: number,
  onOutput: (chunk: Buffer) => void,
): Promise<Running> {
  const given: Given = { ...about, port };
  const child = fork(SCRIPT, [JSON.stringify(given)], {
    cwd: about.folder,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // As users have it: from what is built.
    execArgv: [],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  let output = '';
  const listen = (chunk: Buffer): void => {
    output += chunk.toString();
    onOutput(chunk);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  const ended = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const said = await Promise.race([heard(child, ({ type }) => type === 'ready'), ended]);
  if (Array.isArray(said)) throw new Error(`Strapi does not start: ${output}`);
  return { port: said.port, atlas: said.atlas, kill, ask: createAsk(child) };
}

function createAsk(child: ChildProcess): StrapiProcess['ask'] {
  let lastId = 0;
  return async <Name extends Command>(command: Name, argument: ArgumentOf<Name>) => {
    lastId += 1;
    const question: Question = { id: lastId, command, argument };
    const answered = heard(child, ({ type, id }) => type === 'answer' && id === question.id);
    child.send(question);
    const { problem, result } = await answered;
    if (problem !== undefined) throw new Error(problem);
    return result as ResultOf<Name>;
  };
}

async function heard(child: ChildProcess, isIt: (said: Said) => boolean): Promise<Said> {
  const { promise, resolve } = Promise.withResolvers<Said>();
  const listen = (said: Said): void => {
    if (isIt(said)) resolve(said);
  };
  child.on('message', listen);
  return promise.finally(() => child.off('message', listen));
}
