const MAX_TEXTS = 2000;
const MAX_CHARACTERS = 200;
const texts = new Map<string, string>();

/**
 * One string for equal texts: thousands of stored responses have the same header values. Texts that were
 * seen first long ago are forgotten.
 */
export function sameText(text: string): string {
  const known = texts.get(text);
  if (known !== undefined || text.length > MAX_CHARACTERS) return known ?? text;
  if (texts.size >= MAX_TEXTS) texts.clear();
  texts.set(text, text);
  return text;
}
