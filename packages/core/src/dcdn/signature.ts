import { crypto } from '../crypto.ts';

/** Name of the signature algorithm, the first word of the `Authorization` header. */
export const SIGNATURE_ALGORITHM = 'ACS3-HMAC-SHA256';

/** The parts of a request that its signature covers. */
export interface SignableRequest {
  readonly method: string;
  readonly path: string;
  /** Parameters, not encoded. */
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. `host` and all `x-acs-*` that are sent must be among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Lower-case names of the headers to sign. */
  readonly signedHeaders: readonly string[];
  /** What {@link canonicalQuery} makes of the query, if it is known already. */
  readonly canonicalQuery?: string;
}

/** Percent-encoding of RFC 3986: everything but `A-Z a-z 0-9 - _ . ~`. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Query string as it is signed, and as it must be sent: names sorted, both sides percent-encoded. */
export function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

/** @see https://www.alibabacloud.com/help/en/doc-detail/2593177.htm (request syntax and signature method V3) */
export function canonicalRequest(request: SignableRequest): string {
  const names = [...request.signedHeaders].sort();
  const headers = names.map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`).join('');
  return [
    request.method,
    request.path,
    request.canonicalQuery ?? canonicalQuery(request.query),
    headers,
    names.join(';'),
    request.headers['x-acs-content-sha256'] ?? '',
  ].join('\n');
}

/** Lower-case hexadecimal signature of a request. */
export function signature(request: SignableRequest, accessKeySecret: string): string {
  const stringToSign = `${SIGNATURE_ALGORITHM}\n${sha256Hex(canonicalRequest(request))}`;
  return crypto().createHmac('sha256', accessKeySecret).update(stringToSign).digest('hex');
}

/** Value of the `Authorization` header. */
export function authorization(
  request: SignableRequest,
  key: { readonly accessKeyId: string; readonly accessKeySecret: string },
): string {
  const names = [...request.signedHeaders].sort().join(';');
  return `${SIGNATURE_ALGORITHM} Credential=${key.accessKeyId},SignedHeaders=${names},Signature=${signature(request, key.accessKeySecret)}`;
}

/** Lower-case hexadecimal SHA-256. */
export function sha256Hex(data: string | Uint8Array): string {
  return crypto().hash('sha256', data, 'hex');
}
