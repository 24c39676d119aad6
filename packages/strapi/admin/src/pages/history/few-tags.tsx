import { Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';

import { useTexts } from '../../translations/texts.ts';

const FEW = 2;

interface FewTagsProps {
  readonly tags: readonly string[];
  readonly total: number;
}

/** How many there are, and the first of them. */
export function FewTags({ tags, total }: FewTagsProps): ReactElement {
  const say = useTexts();
  return (
    <div>
      {say('history.tag-count', { total })}
      {tags.slice(0, FEW).map((tag) => (
        <Typography key={tag} tag="code" variant="pi" textColor="neutral600" display="block">
          {tag}
        </Typography>
      ))}
    </div>
  );
}
