import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an editor of the atlas does between two deploys. */
export interface AtlasEdit {
  readonly title: string;
  /** Changes the content folder. */
  readonly edit: (content: string) => void;
}

export const ATLAS_EDITS: readonly AtlasEdit[] = [
  {
    title: 'Bonn is the capital of Germany',
    edit: (content) => replaceIn(content, 'countries/germany', /- Berlin/, '- Bonn'),
  },
  { title: 'Atlantis is found', edit: addAtlantis },
  {
    title: 'Liechtenstein is left out',
    edit: (content) => rmSync(fileOf(content, 'countries/liechtenstein')),
  },
  {
    title: 'France is called Gaul',
    edit: (content) => rename(content, 'countries/france', 'Gaul'),
  },
  {
    title: 'the languages of the world are named after their speakers',
    edit: (content) => {
      for (const [code, name] of Object.entries(LANGUAGES))
        rename(content, `languages/${code}`, name);
    },
  },
  {
    title: 'the area of Peru is measured again',
    edit: (content) => replaceIn(content, 'countries/peru', /^areaKm2: .*$/m, 'areaKm2: 1285220'),
  },
  {
    title: 'the euro has another name',
    edit: (content) => rename(content, 'currencies/eur', 'Ecu'),
  },
  { title: 'all African countries have a new demonym', edit: renewAfrica },
  {
    title: 'Americas is called New World',
    edit: (content) => rename(content, 'regions/americas', 'New World'),
  },
  {
    title: 'Atlantis is lost again',
    edit: (content) => rmSync(fileOf(content, 'countries/atlantis')),
  },
  {
    title: 'currencies are spelt in capitals',
    edit: (content) => {
      for (const file of readdirSync(join(content, 'currencies')))
        replaceIn(content, `currencies/${file.replace('.yaml', '')}`, /^name: .*$/m, (line) =>
          line.replace(/(?<=^name: ).*/, (name) => name.toUpperCase()),
        );
    },
  },
];

const LANGUAGES: Readonly<Record<string, string>> = {
  ara: 'Arabs’ language',
  eng: 'Englishmen’s language',
  fra: 'Gauls’ language',
  por: 'Portuguese people’s language',
  spa: 'Spaniards’ language',
};

function addAtlantis(content: string): void {
  const text = readFileSync(fileOf(content, 'countries/portugal'), 'utf8');
  writeFileSync(
    fileOf(content, 'countries/atlantis'),
    text.replace(/^name: .*$/m, 'name: Atlantis').replace('- Lisbon', '- Poseidonis'),
  );
}

function renewAfrica(content: string): void {
  for (const file of readdirSync(join(content, 'countries'))) {
    const country = `countries/${file.replace('.yaml', '')}`;
    const text = readFileSync(fileOf(content, country), 'utf8');
    if (!text.includes('\nregion: africa\n') || !text.includes('\ndemonym: ')) continue;
    replaceIn(content, country, /^demonym: .*$/m, (line) => `${line} people`);
  }
}

function rename(content: string, entry: string, name: string): void {
  replaceIn(content, entry, /^name: .*$/m, `name: ${name}`);
}

function replaceIn(
  content: string,
  entry: string,
  from: RegExp,
  to: string | ((found: string) => string),
): void {
  const file = fileOf(content, entry);
  const text = readFileSync(file, 'utf8');
  if (!from.test(text)) throw new Error(`${file} has no ${from}`);
  writeFileSync(file, typeof to === 'string' ? text.replace(from, to) : text.replace(from, to));
}

function fileOf(content: string, entry: string): string {
  return join(content, `${entry}.yaml`);
}
