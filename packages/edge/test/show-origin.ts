import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const COUNTRIES: Readonly<Record<string, readonly [region: string, language: string]>> = {
  germany: ['europe', 'deu'],
  france: ['europe', 'fra'],
  austria: ['europe', 'deu'],
  switzerland: ['europe', 'deu'],
  belgium: ['europe', 'nld'],
  netherlands: ['europe', 'nld'],
  luxembourg: ['europe', 'deu'],
  denmark: ['europe', 'dan'],
  poland: ['europe', 'pol'],
  spain: ['europe', 'spa'],
  portugal: ['europe', 'por'],
  italy: ['europe', 'ita'],
  kenya: ['africa', 'swa'],
  tanzania: ['africa', 'swa'],
  uganda: ['africa', 'swa'],
  senegal: ['africa', 'fra'],
  mali: ['africa', 'fra'],
  angola: ['africa', 'por'],
  mozambique: ['africa', 'por'],
  'south-africa': ['africa', 'afr'],
  japan: ['asia', 'jpn'],
  china: ['asia', 'zho'],
  singapore: ['asia', 'zho'],
  india: ['asia', 'hin'],
  nepal: ['asia', 'nep'],
  'sri-lanka': ['asia', 'sin'],
  thailand: ['asia', 'tha'],
  mongolia: ['asia', 'mon'],
  brazil: ['americas', 'por'],
  argentina: ['americas', 'spa'],
  chile: ['americas', 'spa'],
  peru: ['americas', 'spa'],
  mexico: ['americas', 'spa'],
  canada: ['americas', 'fra'],
  jamaica: ['americas', 'jam'],
  haiti: ['americas', 'fra'],
  fiji: ['oceania', 'fij'],
  samoa: ['oceania', 'smo'],
  tonga: ['oceania', 'ton'],
  palau: ['oceania', 'pau'],
};

interface ShowPage {
  readonly path: string;
  readonly tags: readonly string[];
}

function pagesOf(type: string, index: 0 | 1): readonly ShowPage[] {
  const names = [...new Set(Object.values(COUNTRIES).map((country) => country[index]))];
  return names.map((name) => {
    const shown = Object.entries(COUNTRIES).filter(([, country]) => country[index] === name);
    return {
      path: `/${type}s/${name}/`,
      tags: [`${type}:${name}`, ...shown.map(([country]) => `country:${country}`)],
    };
  });
}

const PAGES: readonly ShowPage[] = [
  { path: '/', tags: ['country', 'region'] },
  ...Object.entries(COUNTRIES).map(([name, [region, language]]) => ({
    path: `/countries/${name}/`,
    tags: [`country:${name}`, `region:${region}`, `language:${language}`],
  })),
  ...pagesOf('region', 0),
  ...pagesOf('language', 1),
];

export const SHOW_PATHS: readonly string[] = [...PAGES.map(({ path }) => path), '/lost/'];

/** An origin of some sixty pages that are related as those of an atlas are. */
export async function startShowOrigin(): Promise<{
  readonly url: string;
  readonly close: () => Promise<void>;
}> {
  const server = createServer(({ url = '' }, response) => {
    const page = PAGES.find(({ path }) => path === url);
    response.writeHead(page === undefined ? 404 : 200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': `public, max-age=0, s-maxage=${page === undefined ? 60 : 31_536_000}`,
      'cache-tag': page === undefined ? 'not-found' : page.tags.join(', '),
    });
    response.end(`<!doctype html><title>${url}</title>`.padEnd(url.length * 397, '.'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
