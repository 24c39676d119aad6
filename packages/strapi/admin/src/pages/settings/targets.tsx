import { Box, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';

import type { TargetView } from '../../../../contract/admin-api.ts';
import { useTexts } from '../../translations/texts.ts';
import { DataTable } from '../data-table.tsx';
import { Section } from '../section.tsx';

export function Targets({ targets }: { readonly targets: readonly TargetView[] }): ReactElement {
  const say = useTexts();
  const title = say('history.targets');
  if (targets.length === 0) {
    return (
      <Section title={title}>
        <Typography textColor="neutral800">{say('settings.no-targets')}</Typography>
      </Section>
    );
  }
  return (
    <Section title={title} hint={say('settings.targets-hint')} isBare>
      <DataTable
        caption={title}
        rows={targets}
        keyOf={({ name }) => name}
        columns={[
          { label: say('target.name'), isFree: true, cell: ({ name }) => name },
          { label: say('target.kind'), cell: ({ kind }) => say(`target.${kind}`) },
          {
            label: say('target.serves'),
            isFree: true,
            cell: (target) => <Served target={target} />,
          },
          {
            label: say('target.after'),
            isFree: true,
            cell: ({ after }) => after.join(', ') || '–',
          },
          {
            label: say('target.verify'),
            cell: ({ canVerify }) => say(canVerify ? 'target.verified' : 'target.not-verified'),
          },
        ]}
      />
    </Section>
  );
}

function Served({ target }: { readonly target: TargetView }): ReactElement {
  const say = useTexts();
  const { domains, hookHost } = target;
  return (
    <>
      {domains.map((domain) => (
        <Box key={domain}>{domain}</Box>
      ))}
      {hookHost !== undefined && <Box>{say('target.hook', { host: hookHost })}</Box>}
    </>
  );
}
