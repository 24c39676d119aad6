import { describe, test } from 'vitest';

import { planOnlyReason } from '../src/deploy/machine.ts';

const laptop = { isCI: false, isPullRequest: false, variable: undefined };
const ci = { isCI: true, isPullRequest: false, variable: undefined };
const pullRequest = { isCI: true, isPullRequest: true, variable: undefined };

describe('a build refreshes', () => {
  test.for([
    [{}, ci, undefined],
    [{ refresh: 'now' }, ci, undefined],
    [{ refresh: 'always' }, laptop, undefined],
    [{}, { ...laptop, variable: 'always' }, undefined],
    [{ environment: 'preview' }, pullRequest, undefined],
    [{ refresh: 'always' }, pullRequest, undefined],
    [{}, laptop, 'outside-ci'],
    [{ refresh: 'now' }, laptop, 'outside-ci'],
    [{}, pullRequest, 'pull-request'],
    [{ refresh: 'never' }, ci, 'asked'],
    [{ refresh: 'always' }, { ...ci, variable: 'never' }, 'asked'],
    [{}, { ...ci, variable: '' }, undefined],
  ] as const)('with %j on %j: plan only because %s', ([options, machine, reason], { expect }) => {
    expect(planOnlyReason(options, machine)).toBe(reason);
  });

  test('never with a value of FRESHTAG_REFRESH that means nothing', ({ expect }) => {
    expect(() => planOnlyReason({}, { ...ci, variable: 'yes' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(/^FRESHTAG_REFRESH: "yes"/),
      }),
    );
  });
});
