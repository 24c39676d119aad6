import { appendFile } from 'node:fs/promises';

import { printProgress } from './output.ts';

/**
 * Adds Markdown to the page of the job, where GitHub Actions names a file for it. That it cannot be
 * written is told, and changes nothing else.
 */
export async function appendJobSummary(
  env: Readonly<Record<string, string | undefined>>,
  markdown: string,
): Promise<void> {
  const file = env['GITHUB_STEP_SUMMARY'] ?? '';
  if (file === '') return;
  try {
    await appendFile(file, `${markdown}\n`);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    printProgress(`the job summary could not be written (${why})`);
  }
}

/** Text as it is, whatever is in it, for a cell of a table. */
export function markdownText(text: string): string {
  const plain = text.replace(/[\r\n]+/g, ' ');
  return plain.replace(/[\\`*_{}[\]<>()#+.!|~&-]/g, (character) => `&#${character.charCodeAt(0)};`);
}
