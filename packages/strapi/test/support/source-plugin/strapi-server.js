// Strapi requires what is built; tests want what is written.
module.exports = require('../../../server/src/index.ts').default;
