import * as v from 'valibot';

import { FreshtagError } from '../errors.ts';
import { parseStoredFile, readStoredFile, writeStoredFile } from '../site/stored-file.ts';
import { PLAN_REASONS, type Plan } from './plan.ts';

const KIND = 'plan';
const planSchema = v.object({
  kind: v.literal(KIND),
  version: v.literal(1),
  domain: v.string(),
  environment: v.string(),
  build: v.string(),
  pages: v.array(
    v.object({
      path: v.string(),
      reason: v.picklist(PLAN_REASONS),
      refresh: v.array(v.string()),
      stored: v.nullable(v.string()),
      target: v.nullable(
        v.object({
          digest: v.string(),
          tags: v.array(v.string()),
          immutable: v.optional(v.literal(true)),
        }),
      ),
    }),
  ),
  unchanged: v.number(),
});

export async function writePlan(file: string, plan: Plan): Promise<void> {
  await writeStoredFile(file, `${JSON.stringify({ kind: KIND, ...plan }, null, 1)}\n`);
}

/** @throws FreshtagError `FILE_UNUSABLE`, `FILE_INACCESSIBLE`, also when there is no such file */
export async function readPlan(file: string): Promise<Plan> {
  const text = await readStoredFile(file);
  if (text === undefined) {
    throw new FreshtagError(
      'FILE_INACCESSIBLE',
      `There is no plan at ${file}. Make one with “freshtag plan” before the upload.`,
    );
  }
  const { kind: _, ...plan } = parseStoredFile(text, { file, kind: KIND, schema: planSchema });
  return plan;
}
