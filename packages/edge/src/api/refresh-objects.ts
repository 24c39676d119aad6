import type { RefreshAction } from './actions.ts';
import type { SelectedUrl, Selector } from '../cache/selector.ts';
import { readDomain, readForce, required, type Query } from './parameters.ts';
import { Refusal } from './refusal.ts';
import type { TaskObject } from './tasks.ts';

interface Kind {
  readonly objectType: Selector['kind'];
  readonly maxObjects: number;
  /** What a path must look like. */
  readonly path: RegExp;
}

const PRINTABLE = /^[\x21-\x7e]+$/;
const MAX_DOMAINS = 10;
const MAX_URL_CHARACTERS = 1024;
const URL_LINE = /^(?:https?:\/\/)?([^/?#]+)(\/.*)?$/i;

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['File', { objectType: 'file', maxObjects: 1000, path: PRINTABLE }],
  ['Directory', { objectType: 'directory', maxObjects: 100, path: /^[\x21-\x3e\x40-\x7e]*\/$/ }],
  ['Regex', { objectType: 'regex', maxObjects: 100, path: PRINTABLE }],
  [
    'IgnoreParams',
    { objectType: 'IgnoreParams', maxObjects: 100, path: /^[\x21-\x3e\x40-\x7e]+$/ },
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
  read: (query, domains) => {
    const objectPaths = linesIn(required(query, 'ObjectPath'));
    const { objectType, maxObjects, path } = readKind(query);
    if (objectPaths.length > maxObjects) {
      throw new Refusal(
        400,
        'SingleRequest.OverLimit',
        `A maximum of ${maxObjects} URLs are supported for each request.`,
      );
    }
    const asked = objectPaths.map((line) => readUrl(line, path));
    if (asked.length === 0 || new Set(asked.map((url) => url.domain)).size > MAX_DOMAINS)
      throw malformed(`URLs of 1 to ${MAX_DOMAINS} domains`);
    const urls = asked.map((url) => ({ ...url, domain: readDomain(url.domain, domains) }));
    const force = readForce(query);
    return {
      domain: '',
      tags: [],
      selector: {
        kind: objectType,
        urls: urls.map(({ domain, path: of }) => ({ domain, path: of })),
      },
      // Documented: Force has no effect on files, which are always removed.
      force: force || objectType === 'file',
      objectType,
      objects: urls,
    };
  },
};

function readKind(query: Query): Kind {
  const kind = KINDS.get(query['ObjectType'] ?? 'File');
  if (kind !== undefined) return kind;
  throw new Refusal(400, 'InvalidObjectType.Malformed', 'The specified ObjectType is invalid.');
}

function readUrl(line: string, form: RegExp): SelectedUrl & TaskObject {
  const [, domain, path = '/'] = URL_LINE.exec(line) ?? [];
  const tooLong = line.length > MAX_URL_CHARACTERS;
  if (domain === undefined || tooLong || path.includes('#') || !form.test(path))
    throw malformed(line);
  return { domain: domain.toLowerCase(), path, objectPath: line };
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
