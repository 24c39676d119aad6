import type { TextKey } from '../translations/keys.ts';

/** Why a question to Strapi was not answered, for the reader. */
export interface ApiFailure {
  readonly kind:
    | 'unreachable'
    | 'session'
    | 'forbidden'
    | 'gone'
    | 'too-large'
    | 'refused'
    | 'server';
  /** What Strapi said, for `refused`. In English, without markup. */
  readonly message: string;
}

const KINDS: Readonly<Record<number, ApiFailure['kind']>> = {
  401: 'session',
  403: 'forbidden',
  404: 'gone',
  413: 'too-large',
};

/** From whatever `useFetchClient` has thrown. */
export function failureOf(error: unknown): ApiFailure {
  const { status, message = '' } = fetchError(error);
  if (status === undefined) return { kind: 'unreachable', message };
  if (status >= 500) return { kind: 'server', message };
  return { kind: KINDS[status] ?? 'refused', message };
}

export function textOfFailure({ kind }: ApiFailure): TextKey {
  return `problem.${kind}`;
}

/** Strapi's client tells the status of an answer by a property of its error, in different versions another. */
function fetchError(error: unknown): { status?: number | undefined; message?: string | undefined } {
  if (!(error instanceof Error)) return {};
  const given = [
    'status' in error ? error.status : undefined,
    'code' in error ? error.code : undefined,
  ];
  return { status: given.find((value) => typeof value === 'number'), message: error.message };
}
