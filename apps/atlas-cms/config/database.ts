import { resolve } from 'node:path';

import type { Core } from '@strapi/strapi';

type Parameters = Core.Config.Shared.ConfigParams;
type Connection = Core.Config.Database['connection'];

export default ({ env }: Parameters): Core.Config.Database => {
  const client = env('DATABASE_CLIENT', 'sqlite');
  if (client === 'sqlite') return { connection: sqlite(env) };
  if (client === 'postgres' || client === 'mysql') return { connection: server(env, client) };
  throw new Error(`DATABASE_CLIENT is ${client}. Give sqlite, postgres or mysql.`);
};

function sqlite(env: Parameters['env']): Connection {
  return {
    client: 'sqlite',
    connection: { filename: resolve(env('DATABASE_FILENAME', '.tmp/data.db')) },
    useNullAsDefault: true,
  };
}

function server(env: Parameters['env'], client: 'postgres' | 'mysql'): Connection {
  return {
    client,
    connection: {
      host: env('DATABASE_HOST', '127.0.0.1'),
      port: env.int('DATABASE_PORT', client === 'postgres' ? 5432 : 3306),
      database: env('DATABASE_NAME', 'atlas'),
      user: env('DATABASE_USERNAME', 'strapi'),
      password: env('DATABASE_PASSWORD', ''),
      ssl: env.bool('DATABASE_SSL', false),
    },
    pool: { min: env.int('DATABASE_POOL_MIN', 2), max: env.int('DATABASE_POOL_MAX', 10) },
  };
}
