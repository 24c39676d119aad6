/** What every package's tests have in common; projects do not inherit the root's resolve conditions. */
export const shared: {
  readonly ssr: {
    readonly resolve: { readonly conditions: string[]; readonly externalConditions: string[] };
  };
  readonly test: {
    readonly include: string[];
    readonly testTimeout: number;
    readonly hookTimeout: number;
  };
} = {
  ssr: {
    resolve: {
      conditions: ['@freshtag/source', 'node', 'development|production'],
      externalConditions: ['@freshtag/source', 'node'],
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
};
