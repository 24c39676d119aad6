import type { Receipt } from '@freshtag/core';
import type { Command } from 'commander';

import { printLine, printProgress } from '../output.ts';

interface RefreshFlags {
  readonly domain: string;
  readonly force: boolean;
  readonly endpoint?: string;
}

const AFTER_HELP = `
  freshtag refresh country:de country:fr --domain www.example.com
  freshtag refresh page:/about --domain www.example.com --no-force

Tags with one type have an overflow tag, type:*, which is refreshed with them: it stands on answers
with more tags than fit into a header.`;

export function addRefreshCommand(program: Command, signal: AbortSignal): void {
  program
    .command('refresh')
    .description('refresh cache tags')
    .argument('<tags...>', 'cache tags')
    .requiredOption('--domain <name>', 'accelerated domain')
    .option(
      '--no-force',
      'let the edge ask the origin whether Last-Modified moved, instead of fetching anew',
    )
    .option('--endpoint <url>', 'address of the API, like http://127.0.0.1:8081')
    .addHelpText('after', AFTER_HELP)
    .action(async (tags: readonly string[], flags: RefreshFlags) => {
      const { refresh } = await import('@freshtag/core');
      const receipts = await refresh(tags, {
        ...flags,
        signal,
        onReceipt: (receipt, { done, total }) => {
          if (total > 1) printProgress(`call ${done} of ${total}: ${receipt.outcome}`);
        },
      });
      await printReceipts(receipts);
    });
}

async function printReceipts(receipts: readonly Receipt[]): Promise<void> {
  const { FreshtagError } = await import('@freshtag/core');
  for (const receipt of receipts) {
    if (receipt.outcome === 'refused') continue;
    printLine(
      `accepted: ${receipt.tags.length} tags, task ${receipt.taskIds.join(', ')}, request ${receipt.requestId}`,
    );
  }
  const refused = receipts.filter((receipt) => receipt.outcome === 'refused');
  const first = refused[0];
  if (first === undefined) return;
  const tags = refused.flatMap((receipt) => receipt.tags);
  const others = refused.length > 1 ? ` (and ${refused.length - 1} more calls)` : '';
  throw new FreshtagError(
    first.error.code,
    `${tags.length} tags were not refreshed: ${first.error.message}${others}`,
    { cause: first.error },
  );
}
