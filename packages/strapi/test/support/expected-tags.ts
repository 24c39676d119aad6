/** What tests know of the atlas, to find by themselves what an answer shows. */
const TYPES_BY_FIELD: Readonly<Record<string, string>> = {
  country: 'country',
  countries: 'country',
  neighbours: 'country',
  region: 'region',
  regions: 'region',
  language: 'language',
  languages: 'language',
  regionalLanguage: 'language',
  currency: 'currency',
  currencies: 'currency',
  frontPage: 'front-page',
  flag: 'upload-file',
  image: 'upload-file',
  hero: 'upload-file',
};

/**
 * The tags of all entries in a body, by nothing but their fields’ names; sorted.
 * @param type of what is not in a field with a telling name
 */
export function tagsOfBody(body: unknown, type: string): string[] {
  const tags = new Set<string>();
  visit(body, type, tags);
  return [...tags].sort();
}

function visit(value: unknown, type: string, tags: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) visit(item, type, tags);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const entry = value as Record<string, unknown>;
  if (typeof entry['documentId'] === 'string') {
    const fields = (entry['attributes'] ?? entry) as Record<string, unknown>;
    const locale = typeof fields['locale'] === 'string' ? `:${fields['locale']}` : '';
    tags.add(`${type}:${entry['documentId']}${locale}`);
    tags.add(`${type}:all`);
  }
  for (const [name, inside] of Object.entries(entry))
    visit(inside, TYPES_BY_FIELD[name.replace('_connection', '')] ?? type, tags);
}

/** The tags of an answer, sorted. */
export function tagsOf({ headers }: { readonly headers: Headers }): string[] {
  return (headers.get('cache-tag') ?? '')
    .split(',')
    .filter((tag) => tag !== '')
    .sort();
}
