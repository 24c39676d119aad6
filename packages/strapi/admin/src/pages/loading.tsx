import { Flex, Loader } from '@strapi/design-system';
import type { ReactElement } from 'react';

import { useTexts } from '../translations/texts.ts';

export function Loading(): ReactElement {
  const say = useTexts();
  return (
    <Flex justifyContent="center" padding={8}>
      <Loader>{say('loading')}</Loader>
    </Flex>
  );
}
