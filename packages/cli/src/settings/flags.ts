import type { Command } from '../commander.ts';
import { collect } from '../parse.ts';

/** Flags that several commands have in common; each says what it does without them. */
export const addSettingFlags = {
  config: (command: Command): Command =>
    command.option(
      '--config <file>',
      'configuration (default: freshtag.config.ts, if there is one)',
    ),
  domain: (command: Command): Command =>
    command.option('--domain <name>', 'accelerated domain (or FRESHTAG_DOMAIN)'),
  domains: (command: Command): Command =>
    command.option(
      '--domain <name>',
      'accelerated domain, repeatable (or FRESHTAG_DOMAIN)',
      collect,
    ),
  environment: (command: Command): Command =>
    command.option(
      '--environment <name>',
      'each has its own state (or FRESHTAG_ENVIRONMENT; default: production)',
    ),
  endpoint: (command: Command): Command =>
    command.option(
      '--endpoint <url>',
      'address of the API (or FRESHTAG_ENDPOINT; default: the cloud)',
    ),
  directory: (command: Command): Command =>
    command.option('--directory <folder>', 'for freshtag’s own files (default: .freshtag)'),
  state: (command: Command): Command =>
    command.option(
      '--state <where>',
      'of the edge state: file, sqlite:FILE, s3://, oss:// or https:// (or FRESHTAG_STATE)',
    ),
  outbox: (command: Command): Command =>
    command.option('--outbox <where>', 'sqlite:FILE, postgres:// or mysql:// (or FRESHTAG_OUTBOX)'),
  force: (command: Command): Command =>
    command
      .option('--force', 'have the edge fetch anew (default)')
      .option('--no-force', 'let it ask first whether Last-Modified moved'),
};
