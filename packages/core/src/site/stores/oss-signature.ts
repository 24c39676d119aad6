import { crypto } from '../../crypto.ts';
import { sha256Hex } from '../../dcdn/signature.ts';
import type { Credentials } from '../../dcdn/credentials/key.ts';
import { encodePart } from './bucket-address.ts';

const ALGORITHM = 'OSS4-HMAC-SHA256';

/** What a signature of OSS covers. */
export interface OssRequest {
  readonly method: string;
  readonly bucket: string;
  /** Name of the object, not encoded; empty for the bucket itself. */
  readonly key: string;
  /** Parameters, not encoded; an empty value stands for none. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface OssSigning {
  readonly credentials: Credentials;
  /** Like `cn-hangzhou`, without `oss-` before it. */
  readonly region: string;
  readonly nowMs: number;
}

/**
 * The headers of a request, with its signature (version 4).
 * @see https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4
 */
export function signOss(
  request: OssRequest,
  { credentials, region, nowMs }: OssSigning,
): Record<string, string> {
  const time = new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/oss/aliyun_v4_request`;
  const { securityToken } = credentials;
  const headers: Record<string, string> = {
    ...request.headers,
    'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-oss-date': time,
    ...(securityToken === undefined ? {} : { 'x-oss-security-token': securityToken }),
  };
  const stringToSign = [ALGORITHM, time, scope, sha256Hex(canonical({ ...request, headers }))];
  const key = ['aliyun_v4_request', 'oss', region, time.slice(0, 8)].reduceRight<string | Buffer>(
    (parent, part) => hmac(parent, part).digest(),
    `aliyun_v4${credentials.accessKeySecret}`,
  );
  const signature = hmac(key, stringToSign.join('\n')).digest('hex');
  return {
    ...headers,
    authorization: `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope},Signature=${signature}`,
  };
}

/** Query string as it is signed and sent: sorted, percent-encoded, without `=` where there is no value. */
export function ossQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => [encodePart(name), encodePart(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&');
}

function canonical({ method, bucket, key, query, headers }: OssRequest): string {
  const path = `/${bucket}/${key}`.split('/').map(encodePart).join('/');
  const signed = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .filter(([name]) => /^x-oss-|^content-(type|md5)$/.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
  // The empty line names further headers that are signed, of which there are none.
  return [method, path, ossQuery(query), signed, '', 'UNSIGNED-PAYLOAD'].join('\n');
}

function hmac(key: string | Buffer, text: string): import('node:crypto').Hmac {
  return crypto().createHmac('sha256', key).update(text);
}
