import { isPageTag, typeOf } from '@freshtag/core';

import type { FoundTag } from '../../../contract/admin-api.ts';
import type { TaggedType } from '../tags/types.ts';
import { isStorable } from './request.ts';

/** What the name of a tag says. */
export interface TagMeaning {
  readonly kind: FoundTag['kind'];
  /** Of the type, if it is one's. */
  readonly uid?: string | undefined;
  /**
   * Of an entry: left out where it can be none's, and where the type's tags are made by a function, which
   * nobody can read back.
   */
  readonly documentId?: string | undefined;
  /** In lower case. */
  readonly locale?: string | undefined;
}

/** In the place of a document's id: what all answers with entries of a type carry. */
const OVERFLOW = new Set(['*', 'all']);

export function meaningOfTag(types: ReadonlyMap<string, TaggedType>, tag: string): TagMeaning {
  if (isPageTag(tag)) return { kind: 'page' };
  const name = typeOf(tag);
  const type = [...types.values()].find((each) => each.name === name);
  if (type === undefined) return { kind: 'other' };
  const { uid } = type;
  const rest = tag.slice(name.length + 1);
  if (tag === name) return { kind: 'list', uid };
  if (OVERFLOW.has(rest)) return { kind: 'overflow', uid };
  const { documentId, locale } = partsOf(type, rest);
  return { kind: locale === undefined ? 'entry' : 'locale', uid, documentId, locale };
}

interface Parts {
  readonly documentId?: string | undefined;
  readonly locale?: string | undefined;
}

/** @param rest what comes after the type's name */
function partsOf({ mapping }: TaggedType, rest: string): Parts {
  const { tag = '{type}:{documentId}:{locale}' } = mapping;
  if (typeof tag === 'function') return {};
  if (mapping.tag === undefined) {
    const [id = '', locale] = rest.split(':');
    return { documentId: decode(id), locale };
  }
  const pattern = tag
    .slice('{type}:'.length)
    .toLowerCase()
    .replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
    .replace('{documentid}', '(?<documentId>.+)')
    .replace('{locale}', '(?<locale>.+)')
    .replaceAll(/\{\w+\}/g, '.+');
  const { documentId, locale } = new RegExp(`^${pattern}$`, 's').exec(rest)?.groups ?? {};
  return { documentId, locale: locale === 'all' ? undefined : locale };
}

function decode(part: string): string | undefined {
  try {
    const id = decodeURIComponent(part);
    return isStorable(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
