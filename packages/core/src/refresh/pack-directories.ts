import {
  MAX_DIRECTORIES_A_CALL,
  MAX_URLS_A_CALL,
  refreshObjectsQuery,
  type RefreshObjectCachesParameters,
} from '../dcdn/refresh-object-caches.ts';
import { canonicalQuery } from '../dcdn/signature.ts';
import type { RefreshLimits } from './limits.ts';
import type { CallFrame } from './pack.ts';

/** Whether an object is a whole URL, of one file, and not the URL path of a directory. */
function isUrl(object: string): boolean {
  return /^https?:\/\//.test(object);
}

/** Splits URL paths of directories, and whole URLs of files, into calls that the limits allow. */
export function packDirectories(
  directories: readonly string[],
  frame: CallFrame,
  { maxUrlBytes }: Pick<RefreshLimits, 'maxUrlBytes'>,
): string[][] {
  const calls: string[][] = [];
  let last: string[] = [];
  for (const directory of directories) {
    const longer = [...last, directory];
    const most = isUrl(directory) ? MAX_URLS_A_CALL : MAX_DIRECTORIES_A_CALL;
    const fits = longer.length <= most && urlBytes(longer, frame) <= maxUrlBytes;
    const [first] = last;
    if (fits && first !== undefined && isUrl(first) === isUrl(directory)) {
      last.push(directory);
      continue;
    }
    last = [directory];
    calls.push(last);
  }
  return calls;
}

/** The parameters of a call that refreshes directories of one domain, given by their URL paths. */
export function directoryParameters(
  directories: readonly string[],
  { domainName, force }: CallFrame,
): RefreshObjectCachesParameters {
  // What is given as a URL is one file; of those the cloud always drops what it has.
  if (directories.every(isUrl)) return { objectPaths: directories, objectType: 'File' };
  const objectPaths = directories.map((directory) => urlOf(directory, domainName));
  return { objectPaths, objectType: 'Directory', force };
}

function urlOf(directory: string, domain: string): string {
  const path = directory
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
  return `https://${domain}${path}`;
}

function urlBytes(directories: readonly string[], frame: CallFrame): number {
  const query = refreshObjectsQuery(directoryParameters(directories, frame));
  return `${frame.endpoint}/?${canonicalQuery(query)}`.length;
}
