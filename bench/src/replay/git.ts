import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

import { BadInput } from './bad-input.ts';
import { readBytes } from './read-bytes.ts';

const MOST_OUTPUT = 512 * 1024 * 1024;
const run = promisify(execFile);

/** A file that differs between two trees; no `id`: it is gone. */
export interface TreeChange {
  readonly file: string;
  /** Git's own digest of its bytes. */
  readonly id?: string;
}

/** A clone that is only read: no checkout, no fetch, no lock. */
export interface Repository {
  /** The newest commit of a branch; throws BadInput if there is none. */
  readonly head: (branch: string) => Promise<string>;
  /** First-parent commits of a branch that differ in HTML from the one before, oldest first. */
  readonly deploys: (branch: string, folder: string) => Promise<readonly string[]>;
  /** What differs between the trees of two commits; from nothing for the first. */
  readonly changes: (
    from: string | undefined,
    to: string,
    folder: string,
  ) => Promise<readonly TreeChange[]>;
  /** Bytes of a file; `undefined` if the clone lacks them. */
  readonly read: (id: string) => Promise<Buffer | undefined>;
  readonly close: () => void;
}

/**
 * @param path of a clone, with files or bare
 * @throws BadInput if there is none
 */
export async function openRepository(path: string): Promise<Repository> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run('git', [...readOnly(path), ...args], { maxBuffer: MOST_OUTPUT, env })).stdout;
  await git('rev-parse', '--git-dir').catch(() => {
    throw new BadInput(`${path} is not a git clone`);
  });
  const blobs = openBlobs(path);
  return {
    head: async (branch) => {
      const head = git('rev-parse', '--verify', '--quiet', `${branch}^{commit}`);
      const found = await head.catch(() => {
        throw new BadInput(`${path} has no branch ${branch}`);
      });
      return found.trim();
    },
    deploys: (branch, folder) => listDeploys(git, branch, folder),
    changes: (from, to, folder) => listChanges(git, [from, to], folder),
    read: blobs.read,
    close: blobs.close,
  };
}

type Git = (...args: readonly string[]) => Promise<string>;

const env = {
  ...process.env,
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
};

function readOnly(path: string): string[] {
  return ['-C', path, '-c', 'core.quotePath=false'];
}

async function listDeploys(git: Git, branch: string, folder: string): Promise<readonly string[]> {
  const below = folder === '' ? '' : `${folder}/`;
  const html = ['html', 'htm'].map((ending) => `:(top,glob,icase)${below}**/*.${ending}`);
  const listed = await git('rev-list', '--first-parent', '--reverse', branch, '--', ...html);
  return listed.split('\n').filter((commit) => commit !== '');
}

/** `:100644 100644 <id before> <id after> M`, then the file's name. */
const ENTRY = /^:\d+ (\d+) [\da-f]+ ([\da-f]+) [A-Z]$/;

async function listChanges(
  git: Git,
  [from, to]: readonly [string | undefined, string],
  folder: string,
): Promise<readonly TreeChange[]> {
  const trees = [await treeOf(git, from, folder), await treeOf(git, to, folder)];
  const raw = await git('diff-tree', '-r', '-z', '--raw', '--no-renames', '--full-index', ...trees);
  const fields = raw.split('\0');
  const changes: TreeChange[] = [];
  for (let next = 0; next + 1 < fields.length; next += 2) {
    const [, mode, id] = ENTRY.exec(fields[next] ?? '') ?? [];
    const file = fields[next + 1];
    if (mode === undefined || id === undefined || file === undefined) continue;
    // Links and submodules are no pages; what became one is gone.
    changes.push(mode.startsWith('100') ? { file, id } : { file });
  }
  return changes;
}

/** Git knows the empty tree without storing it. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

async function treeOf(git: Git, commit: string | undefined, folder: string): Promise<string> {
  if (commit === undefined) return EMPTY_TREE;
  try {
    return (await git('rev-parse', '--verify', '--quiet', `${commit}:${folder}`)).trim();
  } catch {
    return EMPTY_TREE;
  }
}

/** `git cat-file --batch`: one process for all files. */
function openBlobs(path: string): Pick<Repository, 'read' | 'close'> {
  const child = spawn('git', [...readOnly(path), 'cat-file', '--batch'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  const answers = readBytes(child.stdout);
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (id: string): Promise<Buffer | undefined> => {
    child.stdin.write(`${id}\n`);
    const [, kind, size] = (await answers.line()).split(' ');
    if (kind !== 'blob') return undefined;
    const content = await answers.bytes(Number(size));
    await answers.bytes(1);
    return content;
  };
  return {
    read: (id) => {
      // Answers come in the order of the questions.
      const answer = last.then(() => ask(id));
      last = answer.catch(() => undefined);
      return answer;
    },
    close: () => child.stdin.end(),
  };
}
