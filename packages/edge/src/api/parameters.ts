import { Refusal } from './refusal.ts';

/** Parameters of a call, decoded. */
export type Query = Readonly<Record<string, string>>;

/** @throws Refusal `Missing…` */
export function required(query: Query, name: string): string {
  const value = query[name];
  if (value !== undefined && value !== '') return value;
  throw new Refusal(400, `Missing${name}`, `${name} is mandatory for this action.`);
}

/** @throws Refusal */
export function readForce(query: Query): boolean {
  if (['true', 'false', undefined].includes(query['Force'])) return query['Force'] === 'true';
  throw new Refusal(400, 'InvalidParameters', 'Force must be true or false.');
}

/**
 * @returns the domain in lower case
 * @throws Refusal for any domain but the edge's own
 */
export function readDomain(asked: string, domains: readonly string[]): string {
  if (asked.includes('*') || asked.startsWith('.')) {
    throw new Refusal(
      400,
      'InvalidExtensiveDomain.ValueNotSupported',
      'The specified ExtensiveDomain is not supported.',
    );
  }
  const domain = asked.toLowerCase();
  if (domains.includes(domain)) return domain;
  throw new Refusal(
    404,
    'InvalidDomain.NotFound',
    'The domain does not exist or does not belong to you.',
  );
}

/** @throws Refusal */
export function checkTaskId(taskId: string): void {
  if (/^\d{1,20}$/.test(taskId)) return;
  throw new Refusal(400, 'InvalidTaskId.Malformed', 'The specified TaskId is invalid.');
}
