interface Token {
  readonly test: (character: string) => boolean;
  readonly repeats: boolean;
}

const TOKEN = /\[0-9\]|\[a-z\]|\[\^\/\]\*|\.\*|[^]/gu;
const SPECIAL: ReadonlyMap<string, Token> = new Map<string, Token>([
  ['[0-9]', { test: (character) => character >= '0' && character <= '9', repeats: false }],
  ['[a-z]', { test: (character) => character >= 'a' && character <= 'z', repeats: false }],
  ['[^/]*', { test: (character) => character !== '/', repeats: true }],
  ['.*', { test: () => true, repeats: true }],
]);

/**
 * A pattern of the cloud's `Regex` refreshes: `[0-9]`, `[a-z]`, `[^/]*` and `.*`, everything else as it
 * is. Takes time in proportion to both lengths, whatever the pattern: it is no `RegExp`.
 *
 * @see https://www.alibabacloud.com/help/en/cdn/user-guide/configure-url-refresh-rules-that-contain-regular-expressions
 * @returns whether all of a text fits
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const tokens = (pattern.match(TOKEN) ?? []).map(
    (part): Token =>
      SPECIAL.get(part) ?? { test: (character) => character === part, repeats: false },
  );
  return (text) => {
    let reached = withSkips(tokens, [0]);
    for (const character of text) {
      const next = [...reached].flatMap((index) => {
        const token = tokens[index];
        if (token === undefined || !token.test(character)) return [];
        return [token.repeats ? index : index + 1];
      });
      reached = withSkips(tokens, next);
    }
    return reached.has(tokens.length);
  };
}

/** Positions in the pattern, and those behind them that need no character. */
function withSkips(tokens: readonly Token[], indexes: readonly number[]): ReadonlySet<number> {
  const reached = new Set(indexes);
  // A set that grows is walked to its new end.
  for (const index of reached) if (tokens[index]?.repeats === true) reached.add(index + 1);
  return reached;
}
