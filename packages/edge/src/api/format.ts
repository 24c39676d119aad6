import type { Call } from './call.ts';
import { Refusal } from './refusal.ts';

/** How a call is answered. */
export type Format = 'json' | 'xml';

/** The form that a call asks for. Version 1 gets XML unless it asks for JSON, version 3 the other way round. */
export function formatOf({
  version,
  headers,
  parameters,
}: Pick<Call, 'version' | 'headers' | 'parameters'>): Format {
  if (version === 3) return asksForXml(headers['accept']) ? 'xml' : 'json';
  return parameters['Format']?.toLowerCase() === 'json' ? 'json' : 'xml';
}

/** @throws Refusal for a `Format` that does not exist */
export function checkFormat({ version, parameters }: Pick<Call, 'version' | 'parameters'>): void {
  const { Format: format = 'XML' } = parameters;
  if (version === 3 || ['json', 'xml'].includes(format.toLowerCase())) return;
  throw new Refusal(
    400,
    'InvalidParameter.Format',
    'Specified parameter format is not valid: it is JSON or XML.',
  );
}

function asksForXml(accept = ''): boolean {
  return /\b(?:application|text)\/xml\b/i.test(accept) && !/\/json\b|\*\/\*/.test(accept);
}
