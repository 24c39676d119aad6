import { join } from 'node:path';

import { isRecord, parseObject } from '../../json.ts';
import { isTrue, textOf, type FoundCredentials, type Places } from './found.ts';
import { readMode, type Profile } from './cli-modes.ts';
import { readProfileFile, unusable } from './profile-file.ts';

/**
 * The configuration of the `aliyun` command: `~/.aliyun/config.json`, the profile that
 * `ALIBABA_CLOUD_PROFILE` names, else its current one.
 *
 * @param note is told why the file was passed over
 * @throws FreshtagError `FILE_UNUSABLE`, `FILE_INACCESSIBLE`
 */
export function fromCliProfile(
  { env, home }: Places,
  note: (passedOver: string) => void,
): FoundCredentials | undefined {
  if (home === undefined || isTrue(env['ALIBABA_CLOUD_CLI_PROFILE_DISABLED'])) return undefined;
  const path = join(home, '.aliyun', 'config.json');
  const text = readProfileFile(path);
  if (text === undefined) return undefined;

  const config = parseObject(text);
  if (config === undefined) throw unusable({ path, part: '' }, 'it is not a JSON object');
  const { profiles, current } = config;
  if (!Array.isArray(profiles)) throw unusable({ path, part: '' }, 'it has no list “profiles”');
  const asked = textOf(env['ALIBABA_CLOUD_PROFILE']);
  const name = asked ?? textOf(current);
  const find = (wanted: string): Profile | undefined =>
    profiles.filter(isRecord).find((profile) => profile['name'] === wanted);
  const profile = name === undefined ? undefined : find(name);
  if (name === undefined || profile === undefined) {
    note(
      asked === undefined
        ? `${path} has no profile of the name that its “current” gives.`
        : `${path} has no profile ${asked}.`,
    );
    return undefined;
  }
  const found = readMode(profile, { path, home, env, find, chain: [name] });
  if (found === undefined) note(`${path} (profile ${name}) has an empty key.`);
  return found;
}
