import { systemClock, type Clock } from '../../clock.ts';
import { FreshtagError } from '../../errors.ts';
import { sha256Hex } from '../../dcdn/signature.ts';
import {
  bucketUrl,
  checkBucket,
  checkEndpoint,
  checkKey,
  type BucketStoreOptions,
} from './bucket-address.ts';
import { codeOf, createConditionalObject, type ConditionalObject } from './conditional.ts';
import { createExchange, type ObjectAnswer } from './exchange.ts';
import type { StateStore } from './store.ts';

export interface S3Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface S3StoreOptions extends BucketStoreOptions {
  /** Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, else `us-east-1`. */
  readonly region?: string | undefined;
  /** Default: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, else Amazon's of the region. */
  readonly endpoint?: string | undefined;
  /** `false` for a service without conditional writes: then nothing keeps two deploys apart. Default true. */
  readonly conditional?: boolean | undefined;
  /** Default: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`. */
  readonly credentials?: S3Key | undefined;
}

/**
 * A store in a bucket of S3 or of a service like it. Compares and sets by conditional writes
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html); a service that
 * ignores the conditions is found out with the first write.
 *
 * @throws FreshtagError `INVALID_OPTION`, `NO_CREDENTIALS`
 */
export function createS3Store(options: S3StoreOptions): StateStore {
  const {
    clock = systemClock,
    env = process.env,
    timeoutMs = 60_000,
    conditional = true,
  } = options;
  const bucket = checkBucket(options.bucket);
  const key = checkKey(options.key);
  const region =
    options.region ?? textOf(env['AWS_REGION']) ?? textOf(env['AWS_DEFAULT_REGION']) ?? 'us-east-1';
  const endpoint = checkEndpoint(
    options.endpoint ??
      textOf(env['AWS_ENDPOINT_URL_S3']) ??
      textOf(env['AWS_ENDPOINT_URL']) ??
      `https://s3.${region}.amazonaws.com`,
  );
  const credentials = options.credentials ?? keyOf(env);
  const url = bucketUrl(endpoint, { bucket, key, style: options.style });
  const name = `s3://${bucket}/${key}`;
  const object = createConditionalObject({
    name,
    exchange: createExchange({ name, clock, env, timeoutMs }),
    prepare: createSigner({ url, region, credentials, clock }),
    conditional,
    whenIgnored: 'refuse',
    mayCompareBare: conditional,
    // 409: somebody else's write was under way, https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    conflicts: conditional ? [409] : [],
    isAbsent: (answer) => codeOf(answer) !== 'NoSuchBucket',
    advise: (answer) => adviceFor(answer, bucket),
  });
  return {
    name,
    guarantee: conditional ? 'compare-and-set' : 'none',
    read: object.read,
    write: object.write,
  };
}

interface SignerSettings {
  readonly url: URL;
  readonly region: string;
  readonly credentials: S3Key;
  readonly clock: Clock;
}

/** The signer is loaded with the first request. The body is signed too, since plain HTTP is allowed. */
function createSigner({
  url,
  region,
  credentials,
  clock,
}: SignerSettings): ConditionalObject['prepare'] {
  return async ({ method, headers, body }) => {
    const { AwsV4Signer } = await import('aws4fetch');
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const signer = new AwsV4Signer({
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      method,
      url: url.href,
      region,
      service: 's3',
      datetime: new Date(clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
      headers: {
        ...headers,
        'x-amz-content-sha256': sha256Hex(body ?? ''),
        ...(body === undefined ? {} : { 'content-type': 'application/octet-stream' }),
      },
    });
    const signed = await signer.sign();
    return { method, url: new URL(signed.url), headers: Object.fromEntries(signed.headers), body };
  };
}

function keyOf(env: Readonly<Record<string, string | undefined>>): S3Key {
  const accessKeyId = textOf(env['AWS_ACCESS_KEY_ID']);
  const secretAccessKey = textOf(env['AWS_SECRET_ACCESS_KEY']);
  const sessionToken = textOf(env['AWS_SESSION_TOKEN']);
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new FreshtagError(
      'NO_CREDENTIALS',
      'There is no key for the bucket of the edge state. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN for a temporary key).',
    );
  }
  const parts = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  for (const [variable, value] of Object.entries(parts)) {
    if (value === undefined || /^[\x21-\x7e]+$/.test(value)) continue;
    throw new FreshtagError(
      'INVALID_OPTION',
      `${variable} has spaces, line ends or other characters that are in no key. Its value is not shown. Set it again.`,
    );
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** An empty variable is as good as none. */
function textOf(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function adviceFor(answer: ObjectAnswer, bucket: string): string {
  const code = codeOf(answer);
  const region = answer.headers['x-amz-bucket-region'];
  if (answer.status === 301 || answer.status === 307 || code === 'AuthorizationHeaderMalformed') {
    const where = region === undefined ? '' : ` It is in ${region}.`;
    return `The bucket is in another region, or has another endpoint.${where} Correct region= or endpoint= in the address.`;
  }
  if (code === 'NoSuchBucket')
    return `There is no bucket ${bucket}. Create it, or correct its name or the endpoint.`;
  if (code === 'RequestTimeTooSkewed') return 'Set this machine’s clock.';
  if (code === 'SignatureDoesNotMatch')
    return 'Check AWS_SECRET_ACCESS_KEY, and region= in the address.';
  if (answer.status === 501 || code === 'NotImplemented')
    return 'The service has no conditional writes: add conditional=no to the address, and let no two deploys run at once; for Alibaba Cloud OSS use oss://.';
  if (answer.status === 401 || answer.status === 403)
    return 'Allow the key s3:GetObject and s3:PutObject on this object, and s3:ListBucket on the bucket: without the last, what is not there yet is refused too.';
  return 'Check the address.';
}
