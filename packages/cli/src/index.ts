export { defineConfig } from './define-config.ts';
export { EXIT_CODES } from './exit-codes.ts';
export { run } from './run.ts';

export type { DomainConfig, FreshtagConfig } from './define-config.ts';
export type { ExitCode } from './exit-codes.ts';
