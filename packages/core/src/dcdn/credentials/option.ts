import { untilAborted } from '../../abort.ts';
import { FreshtagError, isFreshtagError } from '../../errors.ts';
import { isRecord } from '../../json.ts';
import { explain } from './failure.ts';
import { fixed, type FoundCredentials } from './found.ts';
import { checkKey, type Credentials, type KeyParts } from './key.ts';
import type { AlibabaCredential } from './library.ts';

/**
 * A key; a function that gives one, asked before each call; or a `Credential` of
 * `@alicloud/credentials`, asked before each call too.
 */
export type CredentialsOption =
  | Credentials
  | (() => Credentials | Promise<Credentials>)
  | AlibabaCredential;

const FORMS =
  'Give { accessKeyId, accessKeySecret, securityToken? }, a function that returns it, or a Credential of @alicloud/credentials';

/** @throws FreshtagError `INVALID_OPTION` */
export function fromOption(given: unknown): FoundCredentials {
  if (typeof given === 'function') {
    return asked('credentials()', async () => (await given()) as unknown, FUNCTION_ADVICE);
  }
  if (!isRecord(given)) throw invalid('credentials', `${kindOf(given)} is not allowed`);
  const { getCredential } = given;
  if (typeof getCredential === 'function') {
    const ask = async (): Promise<unknown> => getCredential.call(given) as unknown;
    return asked('credentials.getCredential()', ask, INSTANCE_ADVICE);
  }
  return fixed('option', checkGiven('credentials', given));
}

const FUNCTION_ADVICE = 'Catch and log the error inside that function to see it.';
const INSTANCE_ADVICE =
  'A Credential of @alicloud/credentials may go on failing once it has failed: make a new one, or give a function.';

/** Asks the caller's own code for each call, and repeats nothing of what it throws: it may hold a secret. */
function asked(name: string, ask: () => Promise<unknown>, advice: string): FoundCredentials {
  const get = async (): Promise<Credentials> => {
    let answer: unknown;
    try {
      answer = await ask();
    } catch (error) {
      if (isFreshtagError(error)) throw error;
      const { reason, recovery } = explain(error);
      throw new FreshtagError(
        'NO_CREDENTIALS',
        `The option ${name} gave no key: ${reason}. Its own message is left out, since it could hold a secret. ${advice}`,
        { recovery },
      );
    }
    if (!isRecord(answer)) throw invalid(name, `it gave ${kindOf(answer)}`);
    return checkGiven(name, answer);
  };
  return { source: 'option', get: (signal) => untilAborted(get, signal) };
}

function checkGiven(name: string, parts: KeyParts): Credentials {
  return checkKey(
    parts,
    {
      accessKeyId: 'accessKeyId',
      accessKeySecret: 'accessKeySecret',
      securityToken: 'securityToken',
    },
    (problem) => invalid(name, problem),
  );
}

function invalid(name: string, problem: string): FreshtagError {
  return new FreshtagError('INVALID_OPTION', `${name}: ${problem}. ${FORMS}.`);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
