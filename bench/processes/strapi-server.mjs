// Starts the atlas in Strapi on the database that the environment names, and prints its address. Asked
// by its parent, it tells the time of the CPU that it has used, in microseconds.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const appDir = fileURLToPath(new URL('../../apps/atlas-cms', import.meta.url));
process.chdir(appDir);
const { createStrapi } = createRequire(join(appDir, 'package.json'))('@strapi/strapi');
const strapi = createStrapi({ appDir, distDir: 'dist', serveAdminPanel: false });
strapi.log.level = 'error';
await strapi.load();
strapi.server.mount();
const { httpServer } = strapi.server;
httpServer.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${httpServer.address().port}\n`);
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send(user + system);
});
