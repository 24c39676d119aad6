import type { RefreshAction } from './actions.ts';
import { checkDomain, readForce, required, type Query } from './parameters.ts';
import { Refusal } from './refusal.ts';
import type { ObjectType } from './tasks.ts';
import { compilePattern } from './url-pattern.ts';

interface Kind {
  readonly objectType: ObjectType;
  readonly maxObjects: number;
  /** What a path must look like. */
  readonly path: RegExp;
  readonly matching: (paths: readonly string[]) => (path: string) => boolean;
}

const PRINTABLE = /^[\x21-\x7e]+$/;
const MAX_DOMAINS = 10;
const MAX_URL_CHARACTERS = 1024;
const URL_LINE = /^(?:https?:\/\/)?([^/?#]+)(\/.*)?$/i;

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['File', { objectType: 'file', maxObjects: 1000, path: PRINTABLE, matching: isOneOf }],
  [
    'Directory',
    {
      objectType: 'directory',
      maxObjects: 100,
      path: /^[\x21-\x3e\x40-\x7e]*\/$/,
      matching: (paths) => (path) => paths.some((directory) => path.startsWith(directory)),
    },
  ],
  [
    'Regex',
    {
      objectType: 'regex',
      maxObjects: 100,
      path: PRINTABLE,
      matching: (paths) => {
        const patterns = paths.map(compilePattern);
        return (path) => patterns.some((fits) => fits(path));
      },
    },
  ],
  [
    'IgnoreParams',
    {
      objectType: 'IgnoreParams',
      maxObjects: 100,
      path: /^[\x21-\x3e\x40-\x7e]+$/,
      matching: (paths) => {
        const isListed = isOneOf(paths);
        return (path) => isListed(path.split('?', 1)[0] ?? '');
      },
    },
  ],
]);

/** `RefreshDcdnObjectCaches`: by URL, directory, pattern, or URL without its query. */
export const refreshObjects: RefreshAction = {
  asked: (query) => ({
    domain: '',
    tags: [],
    objects: linesIn(query['ObjectPath'] ?? ''),
    objectType: query['ObjectType'] ?? 'File',
  }),
  read: (query, domain) => {
    const objectPaths = linesIn(required(query, 'ObjectPath'));
    const { objectType, maxObjects, path, matching } = readKind(query);
    if (objectPaths.length > maxObjects) {
      throw new Refusal(
        400,
        'SingleRequest.OverLimit',
        `A maximum of ${maxObjects} URLs are supported for each request.`,
      );
    }
    const urls = objectPaths.map((line) => readUrl(line, path));
    if (urls.length === 0 || new Set(urls.map(({ host }) => host)).size > MAX_DOMAINS)
      throw malformed(`URLs of 1 to ${MAX_DOMAINS} domains`);
    for (const { host } of urls) checkDomain(host, domain);
    const force = readForce(query);
    return {
      tags: [],
      matches: matching(urls.map((url) => url.path)),
      // Documented: Force has no effect on files, which are always removed.
      force: force || objectType === 'file',
      objectType,
      objectPaths,
    };
  },
};

function readKind(query: Query): Kind {
  const kind = KINDS.get(query['ObjectType'] ?? 'File');
  if (kind !== undefined) return kind;
  throw new Refusal(400, 'InvalidObjectType.Malformed', 'The specified ObjectType is invalid.');
}

function readUrl(line: string, form: RegExp): { readonly host: string; readonly path: string } {
  const [, host, path = '/'] = URL_LINE.exec(line) ?? [];
  const tooLong = line.length > MAX_URL_CHARACTERS;
  if (host === undefined || tooLong || path.includes('#') || !form.test(path))
    throw malformed(line);
  return { host: host.toLowerCase(), path };
}

function malformed(what: string): Refusal {
  return new Refusal(
    400,
    'InvalidObjectPath.Malformed',
    `The specified ObjectPath is invalid: ${what.slice(0, 100)}`,
  );
}

function linesIn(objectPath: string): string[] {
  return objectPath.split(/\r?\n/).filter((line) => line !== '');
}

function isOneOf(paths: readonly string[]): (path: string) => boolean {
  const listed = new Set(paths);
  return (path) => listed.has(path);
}
