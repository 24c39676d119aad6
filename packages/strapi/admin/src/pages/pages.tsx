import { Link, Typography } from '@strapi/design-system';
import type { ReactElement } from 'react';
import { Link as RouterLink, Route, Routes } from 'react-router-dom';

import { historyPath } from '../parts/paths.ts';
import { useTexts } from '../translations/texts.ts';
import { ChangePage } from './change/change-page.tsx';
import { Frame } from './frame.tsx';
import { HistoryPage } from './history/history-page.tsx';
import { TagsPage } from './tags/tags-page.tsx';

export default function Pages(): ReactElement {
  return (
    <Routes>
      <Route index element={<HistoryPage />} />
      <Route path="history/:id" element={<ChangePage />} />
      <Route path="tags" element={<TagsPage />} />
      <Route path="*" element={<UnknownPage />} />
    </Routes>
  );
}

function UnknownPage(): ReactElement {
  const say = useTexts();
  return (
    <Frame title={say('unknown.title')}>
      <Typography tag="p">{say('unknown.text')}</Typography>
      <Link tag={RouterLink} to={historyPath()}>
        {say('unknown.back')}
      </Link>
    </Frame>
  );
}
