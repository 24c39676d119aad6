export { defineConfig } from './define-config.ts';
export { EXIT_CODES } from './exit-codes.ts';
export { run } from './run.ts';

export type { DomainConfig, FreshtagConfig, RelayConfig } from './define-config.ts';
export type { ExitCode } from './exit-codes.ts';
