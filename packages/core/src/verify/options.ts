import type { Dispatcher } from 'undici';

import { systemClock, type Clock } from '../clock.ts';
import { invalidOption } from '../errors.ts';
import { checkMilliseconds } from '../milliseconds.ts';
import { checkDomain } from '../refresh/domain.ts';
import type { Normalizer } from '../site/normalize/normalizer.ts';
import { resolveNormalizers, type NormalizeOptions } from '../site/normalize/options.ts';
import { checkAddress, resolveEdges, type Address, type EdgeAddress } from './addresses.ts';
import type { PageVerdict } from './outcome.ts';
import { checkHeaders } from './request-headers.ts';

/** How far a verification is. */
export interface VerifyProgress {
  /** Pages that have their verdict. */
  readonly checked: number;
  /** Pages that will have one. */
  readonly total: number;
}

export interface VerifyOptions {
  /** Accelerated domain: `Host` of every question, and the name that certificates must have. */
  readonly domain: string;
  /** Where the edge is asked; several are points of presence, each judged. Default `https://DOMAIN`. */
  readonly edge?: string | EdgeAddress | readonly (string | EdgeAddress)[] | undefined;
  /** The origin's own address: scheme, host and port. */
  readonly origin: string;
  /** Most pages to look at. Default: all. */
  readonly sample?: number | undefined;
  /** Pages looked at, and so questions asked, at the same time: 1 to 256. Default 8. */
  readonly concurrency?: number | undefined;
  /** Longest wait for one whole answer, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Longest part of a body that is read, in bytes. Default 32 MiB. */
  readonly maxBytes?: number | undefined;
  /** `Accept-Encoding` of visitors; each is judged. Default `['identity']`. */
  readonly encodings?: readonly string[] | undefined;
  /** More request headers, the same for the edge and the origin. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * First ask by HEAD, and take the same strong `ETag` for the same content: cheap, and as true as the
   * origin's ETags are. Everything else is asked for by GET. Default false.
   */
  readonly head?: boolean | undefined;
  /** Whether a copy without the origin's tags counts as stale. Default false. */
  readonly requireTags?: boolean | undefined;
  /**
   * What is not taken for content of HTML, as in the manifest. Works on whole bodies, so these are kept
   * meanwhile. Default: bodies are compared as they are; `{}` is the default of the manifest.
   */
  readonly normalize?: NormalizeOptions | undefined;
  /** Numbers from 0 to 1, for the sample. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Carries the questions instead of own connection pools, for example through a proxy. */
  readonly dispatcher?: Dispatcher | undefined;
  /** Says which proxy to use: `https_proxy`, `http_proxy`, `no_proxy`. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Told of every page as soon as it has its verdict. */
  readonly onPage?: ((page: PageVerdict, progress: VerifyProgress) => void) | undefined;
}

/** Options, checked and whole. */
export interface ResolvedOptions {
  readonly domain: string;
  readonly edges: readonly Address[];
  readonly origin: Address;
  readonly sample: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly encodings: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly head: boolean;
  readonly requireTags: boolean;
  readonly normalizers: readonly Normalizer[];
  readonly random: () => number;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly dispatcher: Dispatcher | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const MOST_PAGES = 10_000_000;
const MAX_BYTES = 2 ** 30;

/** @throws FreshtagError `INVALID_OPTION` naming the first option that cannot be used */
export function resolveOptions(options: VerifyOptions): ResolvedOptions {
  const domain = checkDomain(options.domain);
  const origin = checkAddress('origin', options.origin);
  return {
    domain,
    edges: resolveEdges(options.edge, domain),
    origin: { name: 'origin', origin, headers: {} },
    sample: wholeNumber('sample', options.sample ?? MOST_PAGES, MOST_PAGES),
    concurrency: wholeNumber('concurrency', options.concurrency ?? 8, 256),
    timeoutMs: checkMilliseconds('timeoutMs', options.timeoutMs ?? 30_000, { least: 1 }),
    maxBytes: wholeNumber('maxBytes', options.maxBytes ?? 32 * 2 ** 20, MAX_BYTES),
    encodings: checkEncodings(options.encodings ?? ['identity']),
    headers: checkHeaders(options.headers),
    head: options.head ?? false,
    requireTags: options.requireTags ?? false,
    normalizers: options.normalize === undefined ? [] : resolveNormalizers(options.normalize),
    random: options.random ?? Math.random,
    clock: options.clock ?? systemClock,
    signal: options.signal,
    dispatcher: options.dispatcher,
    env: options.env ?? process.env,
  };
}

function wholeNumber(option: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw invalidOption(option, value, `a whole number, 1 to ${most}`);
}

const ENCODING = /^[a-z0-9*][a-z0-9*;=., -]{0,99}$/i;

function checkEncodings(encodings: unknown): readonly string[] {
  const isList = Array.isArray(encodings) && encodings.length > 0 && encodings.length <= 10;
  if (isList && encodings.every(isEncoding)) return [...new Set(encodings)];
  throw invalidOption('encodings', encodings, '1 to 10 of them, like ["identity", "gzip"]');
}

function isEncoding(value: unknown): value is string {
  return typeof value === 'string' && ENCODING.test(value);
}
