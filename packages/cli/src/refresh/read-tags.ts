import type { Readable } from 'node:stream';

import { openToRead } from '../open-file.ts';

type Core = typeof import('@freshtag/core');

/** Where tags are given. */
export interface TagSources {
  /** `-` stands for standard input. */
  readonly args: readonly string[];
  readonly files: readonly string[];
  readonly signal: AbortSignal;
}

/** A piece without separator that is longer is not read to its end. */
const MAX_PIECE = 10_000;

/**
 * Reads tags from arguments, files and standard input, each once. In files and input they stand one a
 * line or separated by commas; empty lines are passed over. Standard input is read for `-`, and when
 * there is neither argument nor file and it is not a terminal.
 *
 * @throws FreshtagError `INVALID_TAG` with its place, `FILE_INACCESSIBLE`, `INVALID_OPTION` if there is no tag
 */
export async function readTags({ args, files, signal }: TagSources): Promise<Set<string>> {
  const core = await import('@freshtag/core');
  const named = args.filter((arg) => arg !== '-');
  const tags = new Set(core.parseTags(named.flatMap(splitArgument)));
  for (const file of files) {
    await collectTags(() => openToRead(file), createCollector(file, tags, core), signal);
  }
  const nothingNamed = args.length === 0 && files.length === 0;
  if (args.includes('-') || (nothingNamed && !process.stdin.isTTY))
    await collectTags(() => process.stdin, createCollector('standard input', tags, core), signal);
  if (tags.size > 0) return tags;
  throw new core.FreshtagError(
    'INVALID_OPTION',
    'No tags were given. Name them as arguments, in a file with --file FILE, or on standard input.',
  );
}

/** `a,` is `a`, as in a file; nothing at all is a tag without a name. */
function splitArgument(arg: string): string[] {
  const pieces = arg.split(',').map((piece) => piece.trim());
  const filled = pieces.filter((piece) => piece !== '');
  return filled.length === 0 ? [''] : filled;
}

async function collectTags(
  open: () => Readable,
  collector: Collector,
  signal: AbortSignal,
): Promise<void> {
  let stream: Readable | undefined;
  const stop = (): void => void stream?.destroy(new Error('interrupted'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    stream = open();
    stream.setEncoding('utf8');
    for await (const chunk of stream) collector.add(String(chunk));
    collector.end();
  } catch (error) {
    signal.throwIfAborted();
    const { FreshtagError, isFreshtagError } = await import('@freshtag/core');
    if (isFreshtagError(error)) throw error;
    throw new FreshtagError(
      'FILE_INACCESSIBLE',
      `${collector.source} cannot be read (${reasonOf(error)}). Check its path and permissions.`,
    );
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface Collector {
  /** For people. */
  readonly source: string;
  readonly add: (chunk: string) => void;
  readonly end: () => void;
}

/** Cuts text that comes in pieces into tags, and knows the line of one that cannot be sent. */
function createCollector(source: string, tags: Set<string>, core: Core): Collector {
  let rest = '';
  let line = 1;
  const keep = (piece: string): void => {
    const tag = piece.trim();
    if (tag === '') return;
    if (!core.isTag(tag)) throw atLine(tag, `${source}, line ${line}`, core);
    tags.add(tag);
  };
  return {
    source,
    add: (chunk) => {
      const lines = (rest + chunk).split('\n');
      for (const [index, text] of lines.entries()) {
        if (index > 0) line += 1;
        const pieces = text.split(',');
        rest = index === lines.length - 1 ? (pieces.pop() ?? '') : '';
        for (const piece of pieces) keep(piece);
      }
      if (rest.length > MAX_PIECE) keep(rest);
    },
    end: () => keep(rest),
  };
}

function atLine(tag: string, place: string, core: Core): Error {
  if (tag.length > MAX_PIECE) {
    const shown = JSON.stringify(`${tag.slice(0, 40)}…`);
    return new core.FreshtagError(
      'INVALID_TAG',
      `${place}: The cache tag ${shown} has more than ${MAX_PIECE} characters. At most ${core.MAX_TAG_LENGTH} are allowed; shorten it or use a hash.`,
    );
  }
  try {
    core.parseTags([tag]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return new core.FreshtagError('INVALID_TAG', `${place}: ${why}`);
  }
  return new Error(`isTag and parseTags differ in ${JSON.stringify(tag)}`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
