import { join } from 'node:path';

import { FreshtagError } from '../../errors.ts';
import { fixed, textOf, type FoundCredentials, type Places } from './found.ts';
import { parseIni } from './ini.ts';
import { isKeyAbsent } from './key.ts';
import { fetched } from './library.ts';
import { checkFileKey, readProfileFile, unusable, type ProfilePlace } from './profile-file.ts';
import { ecsRole, ROLE_ADVICE } from './roles.ts';

const TYPES = 'access_key, ecs_ram_role and ram_role_arn';

/**
 * The INI file that Alibaba's SDKs share: `ALIBABA_CLOUD_CREDENTIALS_FILE`, else
 * `~/.alibabacloud/credentials`; the section that `ALIBABA_CLOUD_PROFILE` names, else `default`.
 *
 * @param note is told why the file was passed over
 * @throws FreshtagError `FILE_UNUSABLE`, `FILE_INACCESSIBLE`
 */
export function fromIniFile(
  { env, home }: Places,
  note: (passedOver: string) => void,
): FoundCredentials | undefined {
  const named = textOf(env['ALIBABA_CLOUD_CREDENTIALS_FILE']);
  const path = named ?? (home === undefined ? undefined : join(home, '.alibabacloud/credentials'));
  const text = path === undefined ? undefined : readProfileFile(path);
  if (path === undefined || text === undefined) {
    if (named === undefined) return undefined;
    throw new FreshtagError(
      'FILE_INACCESSIBLE',
      `${named}, which ALIBABA_CLOUD_CREDENTIALS_FILE names, does not exist. Correct the variable, or unset it.`,
    );
  }

  const sections = parseIni(text);
  if (typeof sections === 'number') {
    const problem = `line ${sections} is neither a [section], a comment nor “name = value”`;
    throw unusable({ path, part: '' }, problem);
  }
  const name = textOf(env['ALIBABA_CLOUD_PROFILE']) ?? 'default';
  const section = sections.get(name);
  if (section === undefined) {
    note(`${path} has no section ${name}.`);
    return undefined;
  }
  const place = { path, part: `section ${name}` };
  const source = `${named ?? '~/.alibabacloud/credentials'} (${place.part})`;
  return fromSection(section, { place, source, env });
}

interface SectionContext {
  readonly place: ProfilePlace;
  readonly source: string;
  readonly env: Places['env'];
}

function fromSection(
  section: ReadonlyMap<string, string>,
  { place, source, env }: SectionContext,
): FoundCredentials {
  const type = section.get('type');
  if (type === undefined) throw unusable(place, `type is missing; freshtag reads ${TYPES}`);
  if (type === 'ecs_ram_role') {
    return fetched(ecsRole(source, textOf(section.get('role_name')), env));
  }
  if (type !== 'access_key' && type !== 'ram_role_arn') {
    throw unusable(place, `its type is unknown; freshtag reads ${TYPES}`);
  }
  const parts = {
    accessKeyId: section.get('access_key_id'),
    accessKeySecret: section.get('access_key_secret'),
  };
  if (isKeyAbsent(parts)) throw unusable(place, 'access_key_id and access_key_secret are missing');
  const key = checkFileKey(place, parts);
  if (type === 'access_key') return fixed(source, key);

  const roleArn = textOf(section.get('role_arn'));
  if (roleArn === undefined) throw unusable(place, 'role_arn is missing');
  const config = {
    type,
    ...key,
    roleArn,
    roleSessionName: textOf(section.get('role_session_name')),
    policy: textOf(section.get('policy')),
  };
  return fetched({
    source,
    advice: ROLE_ADVICE,
    create: (library) => new library.default(config),
  });
}
