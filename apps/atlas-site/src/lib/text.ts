const numbers = new Intl.NumberFormat('en');
const lists = new Intl.ListFormat('en');

export function formatArea(areaKm2: number): string {
  return `${numbers.format(areaKm2)} km²`;
}

export function formatList(items: readonly string[]): string {
  return lists.format(items);
}

export function yesOrNo(value: boolean): string {
  return value ? 'Yes' : 'No';
}

/** The tag for the `lang` attribute: HTML wants the shortest form, `de` and not `deu`. */
export function htmlLanguage(code: string): string {
  return Intl.getCanonicalLocales(code)[0] ?? code;
}
