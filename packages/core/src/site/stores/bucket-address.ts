import { invalidOption } from '../../errors.ts';
import type { StoreSettings } from './store.ts';

/** How the bucket is named in an address: before the host, or at the beginning of the path. */
export type AddressStyle = 'virtual' | 'path';

/** What every store in a bucket takes. */
export interface BucketStoreOptions extends StoreSettings {
  readonly bucket: string;
  /** Name of the object. */
  readonly key: string;
  /** Default `virtual`; `path` for an IP address, for `localhost`, and for a bucket with dots. */
  readonly style?: AddressStyle | undefined;
  /** Longest wait for one answer, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Address of an object in a bucket.
 *
 * @param style default `virtual`, but `path` where a name cannot stand before the host: an IP address,
 *   `localhost`, and over HTTPS a bucket with dots, which no certificate covers
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function bucketUrl(
  endpoint: URL,
  {
    bucket,
    key,
    style,
  }: { readonly bucket: string; readonly key: string; readonly style: AddressStyle | undefined },
): URL {
  const url = new URL(endpoint);
  const path = key.split('/').map(encodePart).join('/');
  if ((style ?? styleFor(endpoint, bucket)) === 'virtual') {
    url.hostname = `${bucket}.${endpoint.hostname}`;
    url.pathname = `/${path}`;
  } else {
    url.pathname = `/${bucket}/${path}`;
  }
  return url;
}

function styleFor({ hostname, protocol }: URL, bucket: string): AddressStyle {
  const isAddress = hostname === 'localhost' || /^[\d.]+$|^\[/.test(hostname);
  return isAddress || (protocol === 'https:' && bucket.includes('.')) ? 'path' : 'virtual';
}

/** Percent-encoding of RFC 3986, which is what is signed. */
export function encodePart(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function checkBucket(bucket: string): string {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return bucket;
  throw invalidOption(
    'state',
    bucket,
    'the name of a bucket: 3 to 63 small letters, digits, dots and dashes',
  );
}

/** @throws FreshtagError `INVALID_OPTION` */
export function checkKey(key: string): string {
  const bytes = Buffer.byteLength(key);
  if (bytes > 0 && bytes <= 1000 && !/(^|\/)\.{1,2}(\/|$)|\/$/.test(key)) return key;
  throw invalidOption(
    'state',
    key,
    'the name of an object in the bucket, of at most 1,000 bytes, without . and .. as folders',
  );
}

/** @throws FreshtagError `INVALID_OPTION` */
export function checkEndpoint(endpoint: string): URL {
  const url = URL.parse(endpoint.includes('://') ? endpoint : `https://${endpoint}`);
  const bare = url?.pathname === '/' && url.search + url.hash + url.username + url.password === '';
  if (bare && /^https?:$/.test(url.protocol)) return url;
  throw invalidOption(
    'state: endpoint',
    endpoint,
    'the address of the storage service, like https://s3.example.com',
  );
}
