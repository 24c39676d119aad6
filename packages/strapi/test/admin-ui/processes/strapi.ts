// The atlas with its admin panel, as in production, in a process of its own. Says when it listens, does what
// it is asked, and ends when nobody is there any more to ask.
// usage: fork with IPC, JSON as the only argument
import type { Core } from '@strapi/strapi';

import { PLUGINS_HOOK, requireOfAtlas } from '../../support/atlas.ts';
import { fillSmallAtlas } from '../../support/content.ts';
import { allowEverybodyToRead } from '../../support/start-strapi.ts';
import { COMMANDS, createRoles } from './commands.ts';
import { createSkippingClock } from './skipping-clock.ts';
import type { Given, Question, Said } from './protocol.ts';

const given = JSON.parse(process.argv[2] ?? '{}') as Given;
const clock = createSkippingClock();
Reflect.set(globalThis, PLUGINS_HOOK, (plugins: Readonly<Record<string, object>>) => ({
  ...plugins,
  freshtag: {
    enabled: true,
    config: { ...given.freshtag, relay: { ...given.freshtag.relay, clock } },
  },
}));
const { createStrapi } = requireOfAtlas('@strapi/strapi') as typeof import('@strapi/strapi');
const strapi = createStrapi({
  appDir: given.folder,
  distDir: given.folder,
  autoReload: false,
  serveAdminPanel: true,
});
strapi.log.level = 'warn';
await strapi.load();
const atlas = given.port === 0 ? await fill(strapi) : undefined;
const port = await listen(strapi, given.port);
say({ type: 'ready', port, atlas });

process.on('message', (question: Question) => {
  void answer(question);
});
// Whoever asks is gone, however it ended.
process.on('disconnect', () => process.exit());

async function fill(of: Core.Strapi): Promise<Said['atlas']> {
  await allowEverybodyToRead(of);
  await createRoles(of);
  return fillSmallAtlas(of);
}

async function answer({ id, command, argument }: Question): Promise<void> {
  try {
    const result = await COMMANDS[command]({ strapi, clock }, argument as never);
    say({ type: 'answer', id, result });
  } catch (error) {
    say({ type: 'answer', id, problem: error instanceof Error ? error.stack : String(error) });
  }
}

async function listen({ server }: Core.Strapi, at: number): Promise<number> {
  server.mount();
  await new Promise<void>((resolve) => server.httpServer.listen(at, '127.0.0.1', resolve));
  const address = server.httpServer.address();
  return typeof address === 'object' && address !== null ? address.port : at;
}

function say(said: Partial<Said> & Pick<Said, 'type'>): void {
  process.send?.(said);
}
