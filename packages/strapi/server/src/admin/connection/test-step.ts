import { errors } from '@strapi/utils';
import * as v from 'valibot';

import {
  CONNECTION_STEPS,
  type ConnectionStep,
  type StepResult,
} from '../../../../contract/admin-api.ts';
import type { Instance } from '../../instance.ts';
import { domainsOf } from '../../outbox/stages.ts';
import type { Reader } from '../reader.ts';
import { parse } from '../request.ts';
import {
  compareClocks,
  findKey,
  rememberDomain,
  tryPermission,
  tryRefresh,
  trySignature,
} from './cloud-steps.ts';
import { unknown, type Finding } from './finding.ts';
import { lookForHeader } from './header-steps.ts';

const BODY = v.strictObject({ target: v.pipe(v.string(), v.maxLength(255)) });

/**
 * One step of the test of a target. Nothing that a browser sends says who is asked: that is in the
 * configuration alone.
 * @throws NotFoundError for a step that there is not, ValidationError for a target
 */
export async function testStep(
  instance: Instance,
  reader: Reader,
  { step, body }: { readonly step: string | undefined; readonly body: unknown },
): Promise<StepResult> {
  const known = CONNECTION_STEPS.find((each) => each === step);
  if (known === undefined) throw new errors.NotFoundError();
  const { target } = parse(BODY, body);
  if (!Object.hasOwn(instance.config.targets, target))
    throw new errors.ValidationError('target: give the name of one');
  return { step: known, ...(await findOut(instance, reader, { step: known, name: target })) };
}

function findOut(
  instance: Instance,
  reader: Reader,
  { step, name }: { readonly step: ConnectionStep; readonly name: string },
): Promise<Finding> {
  const { targets, relay } = instance.config;
  const target = targets[name];
  if (target?.kind !== 'dynamic')
    return cannot(`${name} is a site that is built. Its own build refreshes its edge.`);
  const place = step === 'origin-header' ? 'origin' : 'edge';
  if (step === 'origin-header' || step === 'edge-header')
    return lookForHeader(instance, { name, target, place });
  if (relay === false)
    return cannot('Another instance on the same database refreshes: relay is false here.');
  const [domain = ''] = domainsOf(target);
  return CLOUD_STEPS[step](instance, domain, reader);
}

type CloudStep = Exclude<ConnectionStep, 'origin-header' | 'edge-header'>;

const CLOUD_STEPS: Readonly<
  Record<CloudStep, (instance: Instance, domain: string, reader: Reader) => Promise<Finding>>
> = {
  credentials: findKey,
  clock: compareClocks,
  signature: trySignature,
  permission: tryPermission,
  domain: rememberDomain,
  probe: tryRefresh,
};

async function cannot(message: string): Promise<Finding> {
  return unknown({ code: 'NOT_VERIFIED', message });
}
