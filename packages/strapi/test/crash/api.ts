/** One instance's API, as editors and pipelines use it. It may be gone at any time. */
export interface Api {
  /**
   * With the rights of a token at `/api`, of an administrator elsewhere.
   * @returns `undefined` if the connection died, `not-sent` if there was none
   */
  send(
    method: string,
    path: string,
    body?: object,
  ): Promise<
    | {
        readonly status: number;
        // oxlint-disable-next-line typescript/no-explicit-any -- whoever asks knows what for
        readonly body: any;
      }
    | 'not-sent'
    | undefined
  >;
}

const ADMIN = { email: 'editor@example.com', password: 'Password-1' };

/** @param instance where it listens now, and the token of the content API */
export function createApi(instance: {
  readonly url: string | undefined;
  readonly token: string;
}): Api {
  let jwt = '';
  const login = async (url: string): Promise<void> => {
    const person = { ...ADMIN, firstname: 'Ed', lastname: 'Itor' };
    for (const [path, body] of [
      ['login', ADMIN],
      ['register-admin', person],
    ] as const) {
      const answer = await post(`${url}/admin/${path}`, body);
      if (answer.ok) {
        jwt = ((await answer.json()) as { readonly data: { readonly token: string } }).data.token;
        return;
      }
    }
    throw new Error('nobody can log in');
  };
  const send: Api['send'] = async (method, path, body) => {
    const { token, url } = instance;
    if (url === undefined) return wait();
    const isContent = path.startsWith('/api/');
    try {
      if (!isContent && jwt === '') await login(url);
      const answer = await fetch(url + path, {
        method,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${isContent ? token : jwt}`,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.status === 401 && !isContent) {
        jwt = '';
        return 'not-sent';
      }
      return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : undefined };
    } catch (error) {
      return codeOf(error) === 'ECONNREFUSED' ? wait() : undefined;
    }
  };
  return { send };
}

function codeOf(error: unknown): unknown {
  return (error as { readonly cause?: { readonly code?: string } }).cause?.code;
}

async function wait(): Promise<'not-sent'> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  return 'not-sent';
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
