import type { Manifest, OriginKind } from '@freshtag/core/site';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { Option, type Command } from '../commander.ts';
import type { Outcome } from '../outcome.ts';
import type { Session } from '../session.ts';
import { checkSetting, oneDomainOf } from '../settings/check.ts';
import { addSettingFlags } from '../settings/flags.ts';
import { directoryOf, resolveSettings, type SettingFlags } from '../settings/settings.ts';
import { openStoreOf } from '../settings/state-store.ts';
import { count } from '../table.ts';

interface HeadersFlags extends SettingFlags {
  readonly format: OriginKind;
  readonly manifest?: string;
  readonly held?: true;
  readonly output?: string;
}

// As in the core, which help does not wait for.
const KINDS: readonly OriginKind[] = ['nginx', 'caddy', 'netlify', 'json'];
const AFTER_HELP = `
What the origin must send, from the manifest of the last plan: docs/origin.md.
With --held old pages and new ones carry the tags of both, so that it may go
live before the files do.

  freshtag headers --format caddy --output freshtag.caddyfile
  freshtag headers --format netlify --held --output dist/_headers`;

export function addHeadersCommand(program: Command, session: Session): void {
  const command = program
    .command('headers')
    .description('write what an origin must send: nginx, caddy, netlify, or json for the rest')
    .addOption(
      new Option('--format <kind>', 'which origin it is for').choices(KINDS).default('nginx'),
    )
    .option('--manifest <file>', 'of that build (default: the one in the directory)')
    .option('--held', 'add the tags and pages that the edge may hold')
    .option('--output <file>', 'where to (default: standard output)');
  addSettingFlags.domain(command);
  addSettingFlags.environment(command);
  addSettingFlags.state(command);
  addSettingFlags.directory(command);
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (flags: HeadersFlags) => {
      session.outcome = await headersCommand(flags, session);
    });
}

async function headersCommand(flags: HeadersFlags, session: Session): Promise<Outcome> {
  const site = await import('@freshtag/core/site');
  const settings = await resolveSettings(flags, session);
  const where = {
    domain: await oneDomainOf(settings),
    environment: await checkSetting(settings.environment, site.checkEnvironment),
  };
  const files = site.deployFiles(directoryOf(settings, session.cwd), where);
  const file = flags.manifest === undefined ? files.manifest : resolve(session.cwd, flags.manifest);
  const built = await readManifest(file);
  const manifest = flags.held === true ? await addHeld(built) : built;
  const text = site.formatOrigin(flags.format, manifest);
  const result = { format: flags.format, pages: manifest.pages.length, held: flags.held === true };
  if (flags.output === undefined)
    return { result: { ...result, file: null, text }, lines: [text.trimEnd()] };
  const output = resolve(session.cwd, flags.output);
  await tryFile(output, 'written', () => writeFile(output, text));
  return {
    result: { ...result, file: output },
    lines: [`headers of ${count(manifest.pages.length, 'page')} written to ${output}`],
  };

  async function addHeld(pages: Manifest): Promise<Manifest> {
    const store = await openStoreOf(settings, { files, where, session });
    const state = await site.readEdgeState(store, where, { signal: session.signal });
    return state === undefined ? pages : site.withHeldTags(pages, state);
  }
}

async function readManifest(file: string): Promise<Manifest> {
  const { parseManifest } = await import('@freshtag/core/site');
  return parseManifest(await tryFile(file, 'read', () => readFile(file, 'utf8')), file);
}

async function tryFile<T>(file: string, verb: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const { FreshtagError } = await import('@freshtag/core');
    throw new FreshtagError(
      'FILE_INACCESSIBLE',
      `${file} cannot be ${verb} (${String(error.code)}). Check the path; a manifest is made by “freshtag plan”.`,
      { cause: error },
    );
  }
}
