import type { ApiProblem } from '../../../contract/admin-api.ts';

/** What a reader may see of what was changed. */
export interface ProblemSight {
  /** All content there is. */
  readonly isAll: boolean;
  /** At least what the problem is about. */
  readonly isOwn: boolean;
}

/** What may be a tag, as it is or in a URL. */
const TAG_LIKE = /[^\s"“”'‘’(),;<>]*(?::|%3a)[^\s"“”'‘’(),;<>]+/gi;
/** Names of actions, which a remedy tells. */
const ACTION = /^dcdn:\w+$/;
const URL_LIKE = /^https?:\/\/(?!.*(?:%3a|[?#]))/i;

/**
 * What the cloud, a proxy or a page said can name other things that travelled in the same call: such words
 * are left out for whoever may not see everything.
 */
export function showProblem(
  problem: ApiProblem | undefined,
  { isAll, isOwn }: ProblemSight,
): ApiProblem | undefined {
  if (problem === undefined || isAll) return problem;
  const message = problem.message.replace(TAG_LIKE, (word) =>
    ACTION.test(word) || (isOwn && URL_LIKE.test(word)) ? word : '…',
  );
  return { code: problem.code, message };
}
