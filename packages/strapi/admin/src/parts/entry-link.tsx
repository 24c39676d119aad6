import { Link, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';
import { Link as RouterLink } from 'react-router-dom';

import type { NamedEntry } from '../../../contract/admin-api.ts';

/** To the edit view of the content manager, if there is one. */
export function EntryLink({ entry }: { readonly entry: NamedEntry }): ReactElement {
  if (entry.editView === 'none') {
    return <Typography style={{ overflowWrap: 'anywhere' }}>{entry.title}</Typography>;
  }
  return (
    <Link tag={RouterLink} to={addressOfEntry(entry)} style={{ overflowWrap: 'anywhere' }}>
      {entry.title}
    </Link>
  );
}

/** Below the address of the admin panel. */
function addressOfEntry({ uid, documentId, locale, editView }: NamedEntry): string {
  const path =
    editView === 'single'
      ? `/content-manager/single-types/${uid}`
      : `/content-manager/collection-types/${uid}/${encodeURIComponent(documentId)}`;
  return locale === undefined
    ? path
    : `${path}?plugins[i18n][locale]=${encodeURIComponent(locale)}`;
}
