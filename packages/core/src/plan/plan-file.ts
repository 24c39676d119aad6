import * as v from 'valibot';

import { FreshtagError } from '../errors.ts';
import { parseStoredFile, readStoredFile, writeStoredFile } from '../site/stored-file.ts';
import { COVER_STEPS } from './cover/step.ts';
import { PLAN_REASONS, type Plan } from './plan.ts';

const KIND = 'plan';
const VERSIONS = [1, 2] as const;
const steps = v.picklist(COVER_STEPS);
const figures = {
  tags: v.number(),
  directories: v.number(),
  calls: v.number(),
  overPages: v.number(),
  overWeight: v.number(),
  cost: v.number(),
  isWithinLimits: v.boolean(),
};
const coverSchema = v.object({
  ...figures,
  step: steps,
  overSome: v.array(v.string()),
  lowerBound: v.number(),
  method: v.picklist(['exact', 'greedy']),
  gap: v.number(),
  steps: v.array(v.object({ ...figures, step: steps })),
  urls: v.optional(v.number()),
  oneTagAPage: v.object({ tags: v.number(), calls: v.number() }),
});
const planSchema = v.object({
  kind: v.literal(KIND),
  version: v.picklist(VERSIONS),
  domain: v.string(),
  environment: v.string(),
  build: v.string(),
  pages: v.array(
    v.object({
      path: v.string(),
      reason: v.picklist(PLAN_REASONS),
      refresh: v.array(v.string()),
      directories: v.optional(v.array(v.string())),
      urls: v.optional(v.array(v.string())),
      stored: v.nullable(v.string()),
      target: v.nullable(
        v.object({
          digest: v.string(),
          bytes: v.optional(v.string()),
          tags: v.array(v.string()),
          immutable: v.optional(v.literal(true)),
          sketch: v.optional(v.string()),
        }),
      ),
    }),
  ),
  unchanged: v.number(),
  cover: v.optional(coverSchema),
});

export async function writePlan(file: string, plan: Plan): Promise<void> {
  await writeStoredFile(file, `${JSON.stringify({ kind: KIND, ...plan }, null, 1)}\n`);
}

/**
 * Reads a plan, also one that the previous release has written.
 * @throws FreshtagError `FILE_UNUSABLE`, `FILE_INACCESSIBLE`, also when there is no such file
 */
export async function readPlan(file: string): Promise<Plan> {
  const text = await readStoredFile(file);
  if (text === undefined) {
    throw new FreshtagError(
      'FILE_INACCESSIBLE',
      `There is no plan at ${file}. Make one with “freshtag plan” before the upload.`,
    );
  }
  const { kind: _, ...plan } = parseStoredFile(text, {
    file,
    kind: KIND,
    schema: planSchema,
    versions: VERSIONS,
  });
  return plan;
}
