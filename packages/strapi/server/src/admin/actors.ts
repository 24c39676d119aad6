import type { Actor } from '../../../contract/admin-api.ts';
import type { Instance } from '../instance.ts';

const ACCOUNTS = {
  editor: 'admin::user',
  token: 'admin::api-token',
} as const;

/** PostgreSQL refuses a statement that asks for a greater one. Other programs append rows too. */
const MOST_ID = 2_147_483_647;

/** What stands in the outbox of who changed something, and who that is by now. */
export async function nameActors(
  { strapi }: Instance,
  keys: Iterable<string | undefined>,
): Promise<(key: string | undefined) => Actor> {
  const actors = new Map([...new Set(keys)].map((key) => [key, actorOfKey(key)] as const));
  const named = new Map<string, string>();
  for (const [kind, uid] of Object.entries(ACCOUNTS)) {
    const ids = [...actors.values()].flatMap((actor) => (actor.kind === kind ? idsOf(actor) : []));
    if (ids.length === 0) continue;
    const accounts = await strapi.db.query(uid).findMany({ where: { id: { $in: ids } } });
    for (const account of accounts) named.set(`${kind}:${account.id}`, nameOf(account));
  }
  return (key) => {
    const actor = actors.get(key) ?? actorOfKey(key);
    const name = named.get(key ?? '');
    return name === undefined || name === '' ? actor : { ...actor, name };
  };
}

function actorOfKey(key = 'system'): Actor {
  const [, kind, id] = /^(editor|user|token):(\d{1,15})$/.exec(key) ?? [];
  if (kind === 'editor' || kind === 'user' || kind === 'token') return { kind, id };
  return { kind: key === 'public' ? 'public' : 'system' };
}

function idsOf({ id }: Actor): number[] {
  return id === undefined || Number(id) > MOST_ID ? [] : [Number(id)];
}

function nameOf(account: {
  readonly firstname?: string | null;
  readonly lastname?: string | null;
  readonly name?: string | null;
}): string {
  const { firstname, lastname, name } = account;
  return name ?? [firstname, lastname].filter((part) => part).join(' ');
}
