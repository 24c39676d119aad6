import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const STRAPI = '5.54.0';
const PACKAGES = fileURLToPath(new URL('../../packages/', import.meta.url));

/** What `create-strapi-app` writes, but for SQLite: this one needs no compiler. */
const DEPENDENCIES = {
  '@strapi/strapi': STRAPI,
  '@strapi/database': STRAPI,
  '@strapi/plugin-users-permissions': STRAPI,
  '@strapi/plugin-cloud': STRAPI,
  'better-sqlite3': '13.2.0',
  react: '18.3.1',
  'react-dom': '18.3.1',
  'react-router-dom': '6.30.4',
  'styled-components': '6.4.1',
};

const TYPES = {
  typescript: '5.9.3',
  '@types/node': '20.19.43',
  '@types/react': '18.3.31',
  '@types/react-dom': '18.3.7',
};

/** All of them work without. */
const WITH_SCRIPTS = ['@swc/core', 'better-sqlite3', 'core-js-pure', 'esbuild', 'sharp'];

const SECRETS = [
  'APP_KEYS',
  'API_TOKEN_SALT',
  'ADMIN_JWT_SECRET',
  'JWT_SECRET',
  'TRANSFER_TOKEN_SALT',
  'ENCRYPTION_KEY',
];

/** Packs what a user would get from npm. Returns dependencies of an app. */
export function packPlugin(folder) {
  const files = {};
  for (const name of ['core', 'strapi']) {
    const target = join(folder, name);
    execFileSync('pnpm', ['pack', '--pack-destination', target], {
      cwd: join(PACKAGES, name),
      stdio: 'pipe',
    });
    files[`@freshtag/${name}`] = `file:${join(target, readdirSync(target)[0])}`;
  }
  return files;
}

/** Strapi's own templates. Returns the folder that they are in. */
export function fetchTemplates(folder) {
  const target = join(folder, 'create-strapi-app');
  mkdirSync(target);
  const pack = ['pack', `create-strapi-app@${STRAPI}`, '--silent', '--prefer-offline'];
  execFileSync('npm', [...pack, '--pack-destination', target], { stdio: 'pipe' });
  execFileSync('tar', ['-xzf', readdirSync(target)[0]], { cwd: target });
  return join(target, 'package/templates');
}

/** A fresh app, with the plugin and a type of content, before anything is installed. */
export function makeApp({ app, template, language, plugin }) {
  cpSync(template, app, { recursive: true });
  change(join(app, 'package.json'), (text) =>
    JSON.stringify({
      ...JSON.parse(text),
      name: 'fresh-strapi',
      version: '0.1.0',
      private: true,
      dependencies: { ...DEPENDENCIES, ...plugin },
      devDependencies: language === 'ts' ? TYPES : {},
    }),
  );
  // What pnpm is not told to run it refuses; and it asks npm for a dependency of a file.
  writeFileSync(
    join(app, 'pnpm-workspace.yaml'),
    JSON.stringify({
      overrides: plugin,
      allowBuilds: Object.fromEntries(WITH_SCRIPTS.map((name) => [name, false])),
    }),
  );
  const secrets = SECRETS.map((name) => `${name}=${randomBytes(16).toString('base64')}\n`);
  writeFileSync(join(app, '.env'), secrets.join(''));
  change(join(app, `config/plugins.${language}`), (text) => enable(text, language));
  // Strapi asks npm for newer versions of itself.
  change(join(app, `config/server.${language}`), (text) =>
    insert(text, '=> ({', '\n  logger: { updates: { enabled: false } },'),
  );
  for (const [path, text] of Object.entries(articleFiles(language))) {
    const file = join(app, 'src/api/article', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** As the documentation says. */
function enable(text, language) {
  const types = "import type { FreshtagConfig } from '@freshtag/strapi/strapi-server';\n";
  const config = `const freshtag${language === 'ts' ? ': FreshtagConfig' : ''} = {
  targets: { www: { kind: 'dynamic', domain: 'www.example.com' } },
  headers: { cacheControl: 'public, max-age=3600' },
  relay: {
    endpoint: process.env.DCDN_ENDPOINT,
    window: { idleMs: 200, maxMs: 1000 },
    secondPassDelayMs: 500,
    pollIntervalMs: 100,
  },
};
`;
  const enabled = insert(text, '=> ({', '\n  freshtag: { enabled: true, config: freshtag },');
  return (language === 'ts' ? types : '') + config + enabled;
}

/** What Strapi's generator writes for a type with drafts. */
function articleFiles(language) {
  const factory = (kind) =>
    language === 'ts'
      ? `import { factories } from '@strapi/strapi';\n\nexport default factories.${kind}('api::article.article');\n`
      : `'use strict';\n\nconst { ${kind} } = require('@strapi/strapi').factories;\n\nmodule.exports = ${kind}('api::article.article');\n`;
  return {
    'content-types/article/schema.json': JSON.stringify({
      kind: 'collectionType',
      collectionName: 'articles',
      info: { singularName: 'article', pluralName: 'articles', displayName: 'Article' },
      options: { draftAndPublish: true },
      attributes: { title: { type: 'string' } },
    }),
    [`controllers/article.${language}`]: factory('createCoreController'),
    [`routes/article.${language}`]: factory('createCoreRouter'),
    [`services/article.${language}`]: factory('createCoreService'),
  };
}

function change(file, edit) {
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
}

function insert(text, after, what) {
  if (!text.includes(after)) throw new Error(`the template has changed: no ${after} in\n${text}`);
  return text.replace(after, after + what);
}
