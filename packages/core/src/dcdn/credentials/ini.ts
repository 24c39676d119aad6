/** Sections of an INI file by name, each with its keys. */
export type IniSections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Reads the INI form of Alibaba's credentials file: sections, `key = value`, comments that begin with
 * `#` or `;` (after a value, with a space before), values in quotes. Where a key or a section comes
 * twice, the later values win.
 *
 * @returns the number of the first line that is none of these, instead
 */
export function parseIni(text: string): IniSections | number {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = raw.trim();
    if (line === '' || /^[#;]/.test(line)) continue;
    const name = /^\[([^\]]+)\]\s*(?:[#;].*)?$/.exec(line)?.[1]?.trim();
    const [, key, value] = /^([^=[]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
    } else if (key !== undefined && value !== undefined) {
      section.set(key, valueOf(value));
    } else {
      return index + 1;
    }
  }
  return sections;
}

function valueOf(text: string): string {
  const quoted = /^(["'])(.*)\1\s*(?:[#;].*)?$/.exec(text)?.[2];
  return quoted ?? text.replace(/(?:^|\s+)[#;].*$/, '');
}
