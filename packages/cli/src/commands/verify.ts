import type { EdgeAddress } from '@freshtag/core/verify';

import type { Command } from '../commander.ts';
import type { Outcome } from '../outcome.ts';
import { collect, wholeNumber } from '../parse.ts';
import type { Session } from '../session.ts';
import { checkSetting, oneDomainOf } from '../settings/check.ts';
import { addSettingFlags } from '../settings/flags.ts';
import { resolveSettings, type SettingFlags, type Settings } from '../settings/settings.ts';
import { duration, pastTime } from '../verify/duration.ts';
import { readPages } from '../verify/read-pages.ts';
import { runVerify, type VerifyJob } from '../verify/run-verify.ts';

interface VerifyFlags extends SettingFlags {
  readonly edge?: readonly string[];
  readonly point?: readonly string[];
  readonly file?: readonly string[];
  readonly manifest?: string;
  readonly held?: true;
  readonly sample?: number;
  readonly seed?: number;
  readonly untilFresh?: number | true;
  readonly interval?: number;
  readonly since?: number;
  readonly concurrency: number;
  readonly timeout: number;
  readonly encoding?: readonly string[];
  readonly header?: readonly string[];
  readonly head?: true;
  readonly requireTags?: true;
}

const DEFAULT_SAMPLE = 100;
const DEFAULT_WAIT_MS = 600_000;
const DEFAULT_INTERVAL_MS = 5000;
const MAX_SEED = 2 ** 32 - 1;
const AFTER_HELP = `
Without a page: those of the last plan. A visit may have the edge store what it lacks.
  freshtag verify --origin https://origin.example.com --until-fresh 10m
  freshtag verify /a /b --edge https://203.0.113.7 --edge https://203.0.113.8`;

export function addVerifyCommand(program: Command, session: Session): void {
  const command = program
    .command('verify')
    .description('see whether the edge serves what the origin does, as a visitor; 3 if stale')
    .argument('[pages...]', 'paths or URLs; - reads standard input');
  addSettingFlags.domain(command);
  addSettingFlags
    .environment(command)
    .option('--origin <url>', 'URL of the origin itself')
    .option('--edge <url>', 'where to ask, repeatable (default: https://DOMAIN)', collect)
    .option('--point <name>', 'X-Edge-Pop of a local edge, repeatable', collect)
    .option('--file <file>', 'read pages from a file, one a line, repeatable', collect)
    .option('--manifest <file>', 'pages of that build')
    .option('--held', 'pages that the edge may hold, removed ones too')
    .option(
      '--sample <n>',
      'look at so many (default: 100; of named pages all)',
      wholeNumber(1, 10_000_000),
    )
    .option('--seed <n>', 'choose the same sample again', wholeNumber(0, MAX_SEED))
    .option('--until-fresh [time]', 'again until fresh, at most so long (10m)', duration)
    .option('--interval <time>', 'between two rounds (5s)', duration)
    .option('--since <time>', 'when the refresh was: minutes count from it (now)', pastTime)
    .option('--concurrency <n>', 'pages at the same time', wholeNumber(1, 256), 8)
    .option('--timeout <ms>', 'longest wait for an answer', wholeNumber(1, 600_000), 30_000)
    .option('--encoding <name>', 'Accept-Encoding, repeatable (identity)', collect)
    .option('--header <line>', 'more of the request, “Name: value”, repeatable', collect)
    .option('--head', 'ask by HEAD where the ETag suffices')
    .option('--require-tags', 'a copy without the origin’s tags is stale');
  addSettingFlags.state(command);
  addSettingFlags.directory(command);
  addSettingFlags
    .config(command)
    .addHelpText('after', AFTER_HELP)
    .action(async (pages: readonly string[], flags: VerifyFlags) => {
      session.outcome = await verifyCommand(pages, flags, session);
    });
}

async function verifyCommand(
  args: readonly string[],
  flags: VerifyFlags,
  session: Session,
): Promise<Outcome> {
  const { seededRandom } = await import('@freshtag/core/verify');
  const settings = await resolveSettings(flags, session);
  const domain = await oneDomainOf(settings);
  const origin = await originOf(settings);
  const headers = await readHeaders(flags.header ?? []);
  const edge = edgesOf(flags, domain);
  const sources = {
    args,
    files: flags.file ?? [],
    manifest: flags.manifest,
    held: flags.held === true,
  };
  const { pages, named } = await readPages(sources, { domain, settings, session });
  const seed = flags.seed ?? Math.floor(Math.random() * (MAX_SEED + 1));
  return runVerify(
    {
      pages,
      seed,
      edges: edge.map(({ name }) => name),
      until: untilOf(flags),
      options: {
        domain,
        edge,
        origin,
        headers,
        sample: flags.sample ?? (named ? undefined : DEFAULT_SAMPLE),
        random: seededRandom(seed),
        concurrency: flags.concurrency,
        timeoutMs: flags.timeout,
        encodings: flags.encoding,
        head: flags.head,
        requireTags: flags.requireTags,
        normalize: settings.normalize.value ?? {},
        signal: session.signal,
        env: session.env,
      },
    },
    session,
  );
}

async function originOf({ origin }: Settings): Promise<string> {
  const { invalidOption } = await import('@freshtag/core');
  const { checkOrigin } = await import('@freshtag/core/site');
  if (origin.value === undefined)
    throw invalidOption(
      '--origin',
      '(nothing)',
      'the origin’s own address, like https://origin.example.com; or write origin into freshtag.config.ts',
    );
  return checkSetting({ ...origin, value: origin.value }, checkOrigin);
}

/** Every address at every point of presence. */
function edgesOf(
  { edge, point }: VerifyFlags,
  domain: string,
): (EdgeAddress & { readonly name: string })[] {
  const urls = edge ?? [`https://${domain}`];
  return urls.flatMap((url) => {
    if (point === undefined) return [{ url, name: nameOf(url) }];
    return point.map((name) => ({
      url,
      name: urls.length === 1 ? name : `${nameOf(url)} ${name}`,
      headers: { 'x-edge-pop': name },
    }));
  });
}

/** An address that is no URL is refused later, by its value. */
function nameOf(url: string): string {
  return URL.parse(url)?.host ?? 'edge';
}

function untilOf({
  untilFresh,
  interval: intervalMs = DEFAULT_INTERVAL_MS,
  since: sinceMs,
}: VerifyFlags): VerifyJob['until'] {
  if (untilFresh === undefined) return undefined;
  return { forMs: untilFresh === true ? DEFAULT_WAIT_MS : untilFresh, intervalMs, sinceMs };
}

/** A value may be a secret, and is in no message. */
async function readHeaders(lines: readonly string[]): Promise<Record<string, string>> {
  const pairs = lines.map((line) => /^([^\s:]+):\s*(.*?)\s*$/.exec(line));
  if (pairs.includes(null)) {
    const { FreshtagError } = await import('@freshtag/core');
    throw new FreshtagError(
      'INVALID_OPTION',
      '--header: one of them has no name and value. Give --header "Accept-Language: de".',
    );
  }
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}
