/** What was thrown, in words: a configuration file may throw anything. */
export function messageOf(thrown: unknown): string {
  return textOf(() => (thrown instanceof Error ? thrown.message : thrown));
}

/** Where it was thrown, too, if it is an error. */
export function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? textOf(() => thrown.stack ?? thrown.message) : messageOf(thrown);
}

function textOf(read: () => unknown): string {
  try {
    const value = read();
    return typeof value === 'string' ? value : String(value);
  } catch {
    return 'something that cannot be shown';
  }
}

const SECRET_NAME = /secret|token|password|passwd|credential|key/i;
/** A shorter value stands in many words that are no secret. */
const SHORTEST_SECRET = 6;

/** Text of others without the values of variables that are secret by their name. */
export function withoutSecrets(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  return Object.entries(env)
    .filter(([name, value]) => SECRET_NAME.test(name) && (value ?? '').length >= SHORTEST_SECRET)
    .reduce((shown, [, value]) => shown.replaceAll(value ?? '', '***'), text);
}
