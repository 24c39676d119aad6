import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One deploy of the demo: what an editor did, and what goes wrong meanwhile. */
export interface Deploy {
  readonly id: string;
  readonly title: string;
  /** Changes the content folder. */
  readonly edit: (content: string) => void;
  /** The cloud refuses the refresh, and the build must say so. */
  readonly refused?: true;
  /** A visitor’s fetch of this page began before the deploy and comes back late. */
  readonly slowFetch?: string;
}

/** File beside the content that gives pages more tags without changing their bytes. */
export const EXTRA_TAGS_FILE = 'extra-tags.json';

export const ADDED_PAGE = '/countries/atlantis/';

export const DEPLOYS: readonly Deploy[] = [
  {
    id: 'capital',
    title: 'one country’s capital changed',
    edit: (content) => replaceIn(content, 'germany', '- Berlin', '- Bonn'),
  },
  { id: 'added', title: 'a country added', edit: addAtlantis },
  {
    id: 'removed',
    title: 'a country removed',
    edit: (content) => rmSync(countryFile(content, 'liechtenstein')),
  },
  {
    id: 'renamed',
    title: 'a country renamed',
    edit: (content) => replaceIn(content, 'france', 'name: France', 'name: Gaul'),
  },
  {
    id: 'tags',
    title: 'only tags changed, bytes equal',
    edit: (content) =>
      writeFileSync(
        join(content, EXTRA_TAGS_FILE),
        JSON.stringify({ '/countries/peru/': ['featured'] }),
      ),
  },
  {
    id: 'refused',
    title: 'the cloud refuses the refresh',
    edit: (content) => replaceIn(content, 'japan', '- Tokyo', '- Kyoto'),
    refused: true,
  },
  {
    id: 'after-refused',
    title: '… and the next deploy',
    edit: (content) => replaceIn(content, 'kenya', '- Nairobi', '- Mombasa'),
  },
  {
    id: 'slow-fetch',
    title: 'a slow fetch under way',
    edit: (content) => replaceIn(content, 'brazil', '- Brasília', '- Salvador'),
    slowFetch: '/countries/brazil/',
  },
];

function addAtlantis(content: string): void {
  const text = readFileSync(countryFile(content, 'portugal'), 'utf8');
  writeFileSync(
    countryFile(content, 'atlantis'),
    text.replace(/^name: .*$/m, 'name: Atlantis').replace('- Lisbon', '- Poseidonis'),
  );
}

function replaceIn(content: string, country: string, from: string, to: string): void {
  const file = countryFile(content, country);
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not contain “${from}”`);
  writeFileSync(file, text.replace(from, to));
}

function countryFile(content: string, country: string): string {
  return join(content, 'countries', `${country}.yaml`);
}
