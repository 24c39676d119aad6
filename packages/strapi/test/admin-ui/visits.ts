import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

import { keepInside } from './browser.ts';
import type { Person, RoleName } from './processes/commands.ts';
import type { StrapiProcess } from './strapi-process.ts';

/** A loaded machine may be slow. */
const LONGEST_WAIT_MS = 30_000;

/**
 * As in Safari, which has none: in a Chromium without a screen none is called while nothing moves, and
 * Strapi waits for it before it shows buttons.
 */
const WITHOUT_IDLE_CALLBACKS = 'globalThis.requestIdleCallback = undefined';

export interface EnterOptions extends BrowserContextOptions {
  /** Of the admin panel. Default `en`. */
  readonly language?: string;
  /** Below `/admin`. Default: its home page. */
  readonly path?: string;
}

/** Somebody who has logged in, and their window. */
export interface Visit {
  readonly person: Person;
  readonly page: Page;
  /** Opens another page, as if its address was typed. */
  readonly go: (path: string) => Promise<void>;
  /** Asks Strapi as the page would. */
  readonly call: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Answered>;
  /** What the page must not do and did: leave the machine, throw, open a dialog of the browser. */
  readonly problems: readonly string[];
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests know what they asked for
  readonly body: any;
}

/** Opens windows. Who comes as the same again is the same person, and their browser has a full cache. */
export type Enter = (role: RoleName, options?: EnterOptions) => Promise<Visit>;

export function createEnter(browser: Browser, { url, ask }: StrapiProcess): Enter {
  const sessions = new Map<string, Promise<Session>>();
  const begin = async (
    role: RoleName,
    { language = 'en', ...options }: EnterOptions,
  ): Promise<Session> => {
    const person = await ask('createPerson', { role, language });
    const { token, cookie } = await logIn(url, person);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      timezoneId: 'Europe/Berlin',
      reducedMotion: 'reduce',
      storageState: {
        cookies: [cookie],
        origins: [{ origin: url, localStorage: storageOf(token, language) }],
      },
      ...options,
    });
    context.setDefaultTimeout(LONGEST_WAIT_MS);
    await context.addInitScript(WITHOUT_IDLE_CALLBACKS);
    return { person, token, context };
  };
  return async (role, { path = '', ...options } = {}) => {
    const key = JSON.stringify([role, options]);
    const session = sessions.get(key) ?? begin(role, options);
    sessions.set(key, session);
    const { person, token, context } = await session;
    const page = await context.newPage();
    const problems = await keepInside(page, url);
    watch(page, problems);
    const go = async (to: string): Promise<void> => {
      await page.goto(`${url}/admin${to}`);
    };
    await go(path);
    return {
      person,
      page,
      go,
      call: (method, to, body) => call(url + to, { method, token, body }),
      problems,
    };
  };
}

interface Session {
  readonly person: Person;
  readonly token: string;
  readonly context: BrowserContext;
}

type Cookie = Exclude<
  NonNullable<BrowserContextOptions['storageState']>,
  string
>['cookies'][number];

/** As Strapi's admin panel keeps it. */
function storageOf(token: string, language: string): { name: string; value: string }[] {
  return [
    { name: 'jwtToken', value: JSON.stringify(token) },
    { name: 'isLoggedIn', value: 'true' },
    { name: 'strapi-admin-language', value: language },
    // What Strapi has to say of itself.
    { name: 'STRAPI_MEDIA_LIBRARY_BANNER_DISMISSED_FOR_false:false', value: 'true' },
  ];
}

async function logIn(
  url: string,
  { email, password }: Person,
): Promise<{ readonly token: string; readonly cookie: Cookie }> {
  const response = await fetch(`${url}/admin/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`nobody can log in: ${text}`);
  const { data }: { data: { token: string } } = JSON.parse(text);
  const [, name = '', value = ''] =
    /^([^=]+)=([^;]*)/.exec(response.headers.getSetCookie()[0] ?? '') ?? [];
  const cookie: Cookie = {
    name,
    value,
    domain: '127.0.0.1',
    path: '/admin',
    expires: -1,
    httpOnly: true,
    secure: false,
    sameSite: 'Lax',
  };
  return { token: data.token, cookie };
}

function watch(page: Page, problems: string[]): void {
  page.on('pageerror', (error) => problems.push(error.stack ?? String(error)));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}

async function call(
  url: string,
  about: { readonly method: string; readonly token: string; readonly body: unknown },
): Promise<Answered> {
  const { method, token, body } = about;
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { status, headers } = response;
  const text = await response.text();
  return { status, headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
