import {
  Box,
  Button,
  Flex,
  SingleSelect,
  SingleSelectOption,
  Typography,
} from '@strapi/design-system';
import { Play } from '@strapi/icons';
import { useState, type ReactElement } from 'react';

import { CONNECTION_STEPS, type TargetView } from '../../../../contract/admin-api.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { useTexts } from '../../translations/texts.ts';
import { Labelled } from '../labelled.tsx';
import { Section } from '../section.tsx';
import { TestStep } from './test-step.tsx';
import { useConnectionTest, type TestRun } from './use-connection-test.ts';

export function ConnectionTest({
  targets,
}: {
  readonly targets: readonly TargetView[];
}): ReactElement {
  const say = useTexts();
  const names = targets.map(({ name }) => name);
  const [target = names[0], setTarget] = useState<string>();
  const { run, begin } = useConnectionTest();
  const isRunning = run?.running !== undefined;
  return (
    <Section title={say('test.title')} hint={say('test.hint')}>
      {target === undefined ? (
        <Typography textColor="neutral800">{say('settings.no-targets')}</Typography>
      ) : (
        <Flex direction="column" alignItems="stretch" gap={4}>
          <Flex gap={2} alignItems="flex-end" wrap="wrap">
            <Box minWidth="20rem">
              <Labelled label={say('test.target')}>
                <SingleSelect
                  size="S"
                  aria-label={say('test.target')}
                  value={target}
                  disabled={isRunning}
                  onChange={(chosen) => setTarget(String(chosen))}
                >
                  {names.map((name) => (
                    <SingleSelectOption key={name} value={name}>
                      {name}
                    </SingleSelectOption>
                  ))}
                </SingleSelect>
              </Labelled>
            </Box>
            <Button startIcon={<Play />} loading={isRunning} onClick={() => void begin(target)}>
              {say(run === undefined ? 'test.run' : 'test.again')}
            </Button>
          </Flex>
          {run?.failure && <FailureNote failure={run.failure} />}
          <Steps run={run?.target === target ? run : undefined} />
        </Flex>
      )}
    </Section>
  );
}

function Steps({ run }: { readonly run: TestRun | undefined }): ReactElement {
  const say = useTexts();
  const failed = run?.results.filter(({ result }) => result === 'failed').length ?? 0;
  const isOver = run?.results.length === CONNECTION_STEPS.length;
  return (
    <>
      <Flex tag="ol" direction="column" alignItems="stretch" gap={3}>
        {CONNECTION_STEPS.map((step) => (
          <TestStep
            key={step}
            step={step}
            result={run?.results.find((result) => result.step === step)}
            isRunning={run?.running === step}
          />
        ))}
      </Flex>
      <Typography role="status" textColor="neutral800">
        {isOver && say('test.over', { failed })}
      </Typography>
    </>
  );
}
