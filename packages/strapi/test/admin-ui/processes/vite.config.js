const { writeFileSync } = require('node:fs');
const path = require('node:path');

/** Notes of what the chunks of the admin panel are made, beside it; changes nothing. */
const notes = {
  name: 'notes',
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk');
    const noted = chunks.map(({ fileName, isEntry, imports, modules }) => ({
      fileName,
      isEntry,
      imports,
      modules: Object.entries(modules).map(([id, { code }]) => ({
        id,
        ...(id.startsWith(String(process.env.FRESHTAG_ADMIN)) && { code: code ?? '' }),
      })),
    }));
    writeFileSync(path.join(__dirname, '../../chunks.json'), JSON.stringify(noted));
  },
};

module.exports = (config) => ({ ...config, plugins: [...config.plugins, notes] });
