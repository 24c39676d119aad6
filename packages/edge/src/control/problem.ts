import { isFreshtagError } from '@freshtag/core';

/** Why the control endpoint does not do what it was asked for, and what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: ProblemCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export type ProblemCode =
  | 'HOST_REFUSED'
  | 'ORIGIN_REFUSED'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_JSON'
  | 'BODY_TOO_LARGE'
  | 'TOO_MANY_STREAMS';

/** An error as the endpoint answers it. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: Readonly<Record<string, string>> };
}

/** Names the fields of an error one by one: nothing else of it is told. */
export function describeProblem(error: unknown): ProblemAnswer {
  if (error instanceof Problem) {
    const { status, headers, code, message } = error;
    return { status, headers, body: { error: { code, message } } };
  }
  if (!isFreshtagError(error)) {
    const body = {
      error: { code: 'FAULT', message: 'The edge failed. Please report what you asked for.' },
    };
    return { status: 500, headers: {}, body };
  }
  const { code, message, status = code === 'INVALID_OPTION' ? 400 : 502 } = error;
  const apiCode: unknown = 'apiCode' in error ? error.apiCode : undefined;
  const cloud = typeof apiCode === 'string' ? { apiCode } : {};
  return { status, headers: {}, body: { error: { code, message, ...cloud } } };
}
