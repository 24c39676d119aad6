import { createHash } from 'node:crypto';
import type { AstroUserConfig } from 'astro';
import { defineConfig } from 'astro/config';

const content = process.env['ATLAS_CONTENT'] ?? 'content';
const contentKey = createHash('sha256').update(content).digest('hex').slice(0, 8);

const config: AstroUserConfig = defineConfig({
  site: 'https://atlas.example',
  trailingSlash: 'always',
  build: { format: 'directory', inlineStylesheets: 'never' },
  // One cache for each content folder: Astro warns of duplicates when a cached entry moves folders.
  cacheDir: `node_modules/.astro/${contentKey}`,
});

export default config;
