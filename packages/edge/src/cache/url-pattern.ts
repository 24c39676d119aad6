interface Token {
  readonly accepts: (character: number) => boolean;
  readonly repeats: boolean;
}

const TOKEN = /\[0-9\]|\[a-z\]|\[\^\/\]\*|\.\*|[^]/g;
const SLASH = 47;
const SPECIAL: ReadonlyMap<string, Token> = new Map<string, Token>([
  ['[0-9]', { accepts: (character) => character >= 48 && character <= 57, repeats: false }],
  ['[a-z]', { accepts: (character) => character >= 97 && character <= 122, repeats: false }],
  ['[^/]*', { accepts: (character) => character !== SLASH, repeats: true }],
  ['.*', { accepts: () => true, repeats: true }],
]);

/**
 * A pattern of the cloud's `Regex` refreshes: `[0-9]`, `[a-z]`, `[^/]*` and `.*`, everything else as it
 * is. Takes time in proportion to both lengths, whatever the pattern: it is no `RegExp`.
 *
 * @see https://www.alibabacloud.com/help/en/cdn/user-guide/configure-url-refresh-rules-that-contain-regular-expressions
 * @returns whether all of a text fits
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const parts = pattern.match(TOKEN) ?? [];
  const isPlain = parts.every((part) => part === '.*' || !SPECIAL.has(part));
  if (isPlain) return compilePlain(pattern.split('.*'));
  const special = parts.findIndex((part) => SPECIAL.has(part));
  const prefix = parts.slice(0, special).join('');
  const tokens = parts.slice(special).map(toToken);
  // Most texts differ before the first special part.
  return (text) => text.startsWith(prefix) && fits(tokens, text, prefix.length);
}

/** Texts with anything between them: each is best found as early as it can be. */
function compilePlain([first = '', ...rest]: readonly string[]): (text: string) => boolean {
  const last = rest.at(-1);
  if (last === undefined) return (text) => text === first;
  const between = rest.slice(0, -1);
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const piece of between) {
      const found = text.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

function toToken(part: string): Token {
  const code = part.charCodeAt(0);
  return SPECIAL.get(part) ?? { accepts: (character) => character === code, repeats: false };
}

/** Walks the text with all positions in the pattern that can be reached, marked by the character before. */
function fits(tokens: readonly Token[], text: string, start: number): boolean {
  const markedAt = new Int32Array(tokens.length + 1).fill(-1);
  let reached: number[] = [];
  const reach = (into: number[], from: number, mark: number): void => {
    for (let index = from; markedAt[index] !== mark; index += 1) {
      markedAt[index] = mark;
      into.push(index);
      // What repeats may also be left out.
      if (tokens[index]?.repeats !== true) return;
    }
  };
  reach(reached, 0, start);
  for (let at = start; at < text.length && reached.length > 0; at += 1) {
    const next: number[] = [];
    const character = text.charCodeAt(at);
    for (const index of reached) {
      const token = tokens[index];
      if (token?.accepts(character) === true)
        reach(next, token.repeats ? index : index + 1, at + 1);
    }
    reached = next;
  }
  return reached.includes(tokens.length);
}
