import { useFetchClient } from '@strapi/strapi/admin';
import { useState } from 'react';

import {
  CONNECTION_STEPS,
  type ConnectionStep,
  type StepResult,
} from '../../../../contract/admin-api.ts';
import { failureOf, type ApiFailure } from '../../api/problems.ts';

/** How far a test is. */
export interface TestRun {
  readonly target: string;
  /** In the order of the steps. */
  readonly results: readonly StepResult[];
  /** Left out: none, so the test is over, or was not begun. */
  readonly running?: ConnectionStep | undefined;
  /** Strapi itself did not answer: the test has ended before its time. */
  readonly failure?: ApiFailure | undefined;
}

interface ConnectionTest {
  readonly run: TestRun | undefined;
  readonly begin: (target: string) => Promise<void>;
}

/** Tries one step after the other, each whatever came of those before. */
export function useConnectionTest(): ConnectionTest {
  const { post } = useFetchClient();
  const [run, setRun] = useState<TestRun>();
  const begin = async (target: string): Promise<void> => {
    const results: StepResult[] = [];
    try {
      for (const step of CONNECTION_STEPS) {
        setRun({ target, results: [...results], running: step });
        const { data } = await post<StepResult>(`/freshtag/settings/test/${step}`, { target });
        results.push(data);
      }
      setRun({ target, results });
    } catch (error) {
      setRun({ target, results, failure: failureOf(error) });
    }
  };
  return { run, begin };
}
