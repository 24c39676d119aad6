import type { Core } from '@strapi/strapi';

/** Has what Strapi says go there and nowhere else. */
export function listenToLog({ log }: Core.Strapi, logged: string[]): void {
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    log[level] = ((message: unknown) => {
      logged.push(String(message));
      return log;
    }) as never;
}
