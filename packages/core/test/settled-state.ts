import type { EdgeState, PreparedDeploy } from '@freshtag/core/site';

/** The edge state once a build was deployed and every refresh of its plan has ended well. */
export function settledState({ plan, manifest }: PreparedDeploy): EdgeState {
  const { domain, environment, build } = plan;
  const sketches = new Map(plan.pages.map(({ path, target }) => [path, target?.sketch]));
  const pages = new Map(
    manifest.pages.map(({ path, digest, tags, immutable }) => [
      path,
      { digest, tags, immutable, sketch: sketches.get(path) },
    ]),
  );
  return { version: 1, domain, environment, build, pages };
}
