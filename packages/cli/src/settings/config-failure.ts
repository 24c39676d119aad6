import { basename } from 'node:path';

import type { Session } from '../session.ts';
import { messageOf, stackOf, withoutSecrets } from '../thrown.ts';

/** The error for whatever a configuration file threw, with what to do; one of freshtag's own stays as it is. */
export async function explainConfigFailure(
  error: unknown,
  { configFile: path = '', env }: Session,
): Promise<unknown> {
  const { FreshtagError, isFreshtagError } = await import('@freshtag/core');
  if (isFreshtagError(error)) return error;
  return new FreshtagError(
    'FILE_UNUSABLE',
    `${path} cannot be loaded${placeOf(error, path)}: ${withoutSecrets(reasonOf(error), env)}`,
  );
}

/** Where Node found the fault, if the stack begins with the file and the line. */
function placeOf(error: unknown, path: string): string {
  const [first = ''] = error instanceof Error ? stackOf(error).split('\n', 1) : [];
  const [, file, line] = /([^\\/]+):(\d+)$/.exec(first) ?? [];
  return file === basename(path) ? ` (line ${line})` : '';
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `it threw ${messageOf(error)}.`;
  const [message = ''] = messageOf(error).trim().split('\n', 1);
  const { code } = error as NodeJS.ErrnoException;
  const said = /[.!?]$/.test(message) ? message : `${message}.`;
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return `${said} Node strips types only; write it without enums, namespaces and parameter properties.`;
  if (code === 'ERR_MODULE_NOT_FOUND')
    return `${said} Install it beside the file, or export a plain object without importing anything.`;
  if (error instanceof SyntaxError && /\b(export|import)\b/.test(message))
    return `${said} If its package.json says "type": "commonjs", call it freshtag.config.mts.`;
  return said;
}
