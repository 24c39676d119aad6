import { systemClock } from '../../clock.ts';
import { findCredentials } from '../../dcdn/credentials/find.ts';
import { getInTime } from '../../dcdn/credentials/found.ts';
import type { CredentialsOption } from '../../dcdn/credentials/option.ts';
import { invalidOption } from '../../errors.ts';
import {
  bucketUrl,
  checkBucket,
  checkEndpoint,
  checkKey,
  type AddressStyle,
  type BucketStoreOptions,
} from './bucket-address.ts';
import { codeOf, refusedAnswer } from './conditional.ts';
import { decodeText, encodeText } from './encoding.ts';
import { createExchange, type ObjectAnswer, type ObjectRequest } from './exchange.ts';
import { ossQuery, signOss } from './oss-signature.ts';
import { stateConflict, stateRefused, type StateStore } from './store.ts';

export interface OssStoreOptions extends BucketStoreOptions {
  /** Beginning of the objects’ names; each version adds a dot and its number. */
  readonly key: string;
  /** Like `cn-hangzhou`. */
  readonly region: string;
  /** Default `https://oss-REGION.aliyuncs.com`. */
  readonly endpoint?: string | undefined;
  /** Default `virtual`, which OSS wants; `path` for servers of one's own. */
  readonly style?: AddressStyle | undefined;
  /** Default: where the key for DCDN comes from. */
  readonly credentials?: CredentialsOption | undefined;
  /** Also look where Alibaba's tools keep keys. Default true. */
  readonly profileFiles?: boolean | undefined;
}

/** Versions that stay after a write, so that a writer that stalls does not meet a number made free again. */
const KEPT_VERSIONS = 8;
const LARGEST = 1_000_000_000_000;

/**
 * A store in a bucket of Alibaba Cloud OSS. OSS refuses `If-Match` when it writes
 * (https://help.aliyun.com/en/oss/user-guide/0017-00000245), but it can create an object only where
 * there is none, by `x-oss-forbid-overwrite`
 * (https://www.alibabacloud.com/help/en/oss/developer-reference/putobject). So each version is an object of its
 * own, `KEY.000000000007`, and the next number can be taken once: that compares and sets.
 *
 * @throws FreshtagError `INVALID_OPTION`, `NO_CREDENTIALS`
 */
export function createOssStore(options: OssStoreOptions): StateStore {
  const bucket = checkBucket(options.bucket);
  const key = checkKey(options.key);
  const name = `oss://${bucket}/${key}`;
  const send = createSender(options, { bucket, name });
  const keyOf = (version: number): string => `${key}.${String(version).padStart(12, '0')}`;

  const list = createLister(send, { name, key, keyOf });

  const read: StateStore['read'] = async ({ signal } = {}) => {
    const newest = (await list(0, signal)).at(-1);
    if (newest === undefined) return undefined;
    const answer = await send({ method: 'GET', key: keyOf(newest), signal });
    if (answer.status !== 200) throw refusal(name, answer, 'read');
    return { text: await decodeText(answer.body, name), version: String(newest) };
  };

  const write: StateStore['write'] = async (text, { expected, signal }) => {
    const before = expected === undefined ? 0 : Number(expected);
    const version = before + 1;
    if (!Number.isSafeInteger(version) || version >= LARGEST) throw stateConflict(name);
    const newest = await list(Math.max(before - 1, 0), signal);
    if ((newest.at(-1) ?? 0) !== before) throw stateConflict(name);
    const headers = {
      'x-oss-forbid-overwrite': 'true',
      'content-type': 'application/octet-stream',
    };
    const body = await encodeText(text, name);
    const answer = await send({ method: 'PUT', key: keyOf(version), headers, body, signal });
    if (answer.status === 409) throw stateConflict(name);
    if (answer.status !== 200) throw refusal(name, answer, 'written');
    if (answer.headers['x-oss-version-id'] !== undefined) throw versioned(name, bucket);
    // Who stalled between the two may have written a number that was made free: nobody reads it. With
    // fewer versions after it, it was not: they are based on this one.
    const newer = (await list(version, signal)).at(-1) ?? version;
    if (newer >= version + KEPT_VERSIONS) throw stateConflict(name);
    await removeOld(version - KEPT_VERSIONS).catch(() => {});
    return String(version);
  };

  /** What is not removed now is removed by the next write: more versions than needed harm nobody. */
  const removeOld = async (last: number): Promise<void> => {
    if (last < 1) return;
    const old = (await list(0)).filter((version) => version <= last);
    for (const version of old) await send({ method: 'DELETE', key: keyOf(version) });
  };
  return { name, guarantee: 'compare-and-set', read, write };
}

/** Finds the versions after one, sorted. */
type Lister = (after: number, signal?: AbortSignal) => Promise<number[]>;

interface Listing {
  readonly name: string;
  readonly key: string;
  readonly keyOf: (version: number) => string;
}

function createLister(
  send: ReturnType<typeof createSender>,
  { name, key, keyOf }: Listing,
): Lister {
  return async (after, signal) => {
    const versions: number[] = [];
    for (let start = keyOf(after); ;) {
      const query = {
        'list-type': '2',
        prefix: `${key}.`,
        // What has another dot is the version of an object whose name only begins alike.
        delimiter: '.',
        'start-after': start,
        'max-keys': '1000',
      };
      const answer = await send({ method: 'GET', key: '', query, signal });
      if (answer.status !== 200) throw refusal(name, answer, 'listed');
      const xml = answer.body.toString('utf8');
      if (!xml.includes('<ListBucketResult')) throw refusal(name, answer, 'listed');
      const found = [...xml.matchAll(/\.(\d{12})<\/Key>/g)].map(([, digits]) => Number(digits));
      versions.push(...found);
      if (!xml.includes('<IsTruncated>true</IsTruncated>') || found.length === 0) break;
      start = keyOf(Math.max(...found));
    }
    return versions.sort((a, b) => a - b);
  };
}

interface OssCall extends Pick<ObjectRequest, 'method' | 'body'> {
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

function createSender(
  options: OssStoreOptions,
  { bucket, name }: { readonly bucket: string; readonly name: string },
): (call: OssCall) => Promise<ObjectAnswer> {
  const { clock = systemClock, env = process.env, timeoutMs = 60_000, style } = options;
  const region = checkRegion(options.region);
  const endpoint = checkEndpoint(options.endpoint ?? `https://oss-${region}.aliyuncs.com`);
  const profileFiles = options.profileFiles ?? true;
  const found = findCredentials(options.credentials, { env, profileFiles });
  const exchange = createExchange({ name, clock, env, timeoutMs });
  return ({ method, key, query = {}, headers = {}, body, signal }) =>
    exchange(async () => {
      const url = bucketUrl(endpoint, { bucket, key, style });
      url.search = ossQuery(query);
      const credentials = await getInTime(found, timeoutMs, signal);
      const signed = signOss(
        { method, bucket, key, query, headers },
        { credentials, region, nowMs: clock.now() },
      );
      return { method, url, headers: signed, body };
    }, signal);
}

function checkRegion(region: unknown): string {
  if (typeof region === 'string' && /^[a-z]{2}-[a-z0-9-]{1,40}$/.test(region)) return region;
  throw invalidOption('state: region', region, 'the region of the bucket, like region=cn-hangzhou');
}

function refusal(name: string, answer: ObjectAnswer, verb: string): Error {
  return refusedAnswer(name, { answer, verb, advice: adviceFor(answer, codeOf(answer)) });
}

function adviceFor({ status }: ObjectAnswer, code: string | undefined): string {
  if (code === 'NoSuchBucket')
    return 'There is no such bucket. Create it, or correct its name and region.';
  if (code === 'RequestTimeTooSkewed') return 'Set this machine’s clock.';
  if (code === 'SignatureDoesNotMatch')
    return 'Check the access key secret, and region= in the address.';
  if (code === 'AccessDenied' && status === 403)
    return 'Allow the key oss:GetObject, oss:PutObject, oss:DeleteObject and oss:ListObjects there; if the bucket is in another region, correct region=.';
  if (status >= 300 && status < 400)
    return 'The bucket is in another region: correct region= in the address.';
  if (status === 403) return 'Check the access key.';
  return 'Check the address.';
}

function versioned(name: string, bucket: string): Error {
  return stateRefused(
    name,
    `the bucket ${bucket} keeps versions, and then OSS ignores x-oss-forbid-overwrite: two deploys at once would overwrite each other’s state. Use a bucket without versioning.`,
  );
}
