import { createCommandWorld, domain, type CommandWorld } from './command-world.ts';

/** A planned and deployed site, and the command that verifies it. */
export async function createVerifyWorld(): Promise<{
  readonly world: CommandWorld;
  readonly verify: string[];
}> {
  const world = await createCommandWorld();
  await world.freshtag(['plan', 'dist', '--domain', domain]);
  world.deploy();
  const servers = ['--origin', world.origin.url, '--edge', world.edge.url];
  return { world, verify: ['verify', '--domain', domain, ...servers] };
}
