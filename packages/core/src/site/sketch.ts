/** A part of a page: one line or element, or a few that follow one another. */
export interface PagePart {
  /** Some of its hash, in two characters. Two parts that differ have the same one once in 4,096 times. */
  readonly mark: string;
  /** Its lines and elements. */
  readonly lines: readonly string[];
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const MOST_PARTS = 64;
/** Where lines end, and elements begin that pages are built of. */
const LINE_STARTS =
  /(?<=\n)|(?=<(?:!--|\/(?:head|body|main|article|section)|meta|link|script|style|title|body|main|nav|header|footer|section|article|aside|div|p|h[1-6]|ul|ol|li|table|tr|td|dl|dt|dd|form|figure|img|picture|svg|pre|blockquote|url|item|entry|channel)[\s>/])|(?<=\},)(?=\{)/i;

/**
 * A page in about a hundred characters, from which its text cannot be had: with it can be told later on
 * which parts of a new version are new. Cut up by what is in it, so that a part that grows moves no other.
 */
export function sketchOf(text: string): string {
  const lines = text.split(LINE_STARTS);
  const hashes = lines.map(hashOf);
  let level = Math.max(0, Math.ceil(Math.log2(lines.length / MOST_PARTS)));
  let marks = marksOf(hashes, level);
  while (marks.length > MOST_PARTS * 1.5 && level < 20) {
    level += 1;
    marks = marksOf(hashes, level);
  }
  return `${ALPHABET.charAt(level)}${marks.join('')}`;
}

/** The parts of a text, cut up as coarsely as those of a sketch. */
export function partsLike(sketch: string, text: string): PagePart[] {
  const level = levelOf(sketch);
  const parts: PagePart[] = [];
  let part: { hash: number; lines: string[] } = { hash: SEED, lines: [] };
  for (const line of text.split(LINE_STARTS)) {
    const hash = hashOf(line);
    part.lines.push(line);
    part.hash = mix(part.hash, hash);
    if (!endsPart(hash, level)) continue;
    parts.push({ mark: markOf(part.hash), lines: part.lines });
    part = { hash: SEED, lines: [] };
  }
  if (part.lines.length > 0) parts.push({ mark: markOf(part.hash), lines: part.lines });
  return parts;
}

/** The marks in a sketch, in the order of the page. */
export function marksIn(sketch: string): string[] {
  return sketch.slice(1).match(/../g) ?? [];
}

function levelOf(sketch: string): number {
  return Math.max(0, ALPHABET.indexOf(sketch.charAt(0)));
}

function marksOf(hashes: readonly number[], level: number): string[] {
  const marks: string[] = [];
  let part: number | undefined;
  for (const hash of hashes) {
    part = mix(part ?? SEED, hash);
    if (!endsPart(hash, level)) continue;
    marks.push(markOf(part));
    part = undefined;
  }
  return part === undefined ? marks : [...marks, markOf(part)];
}

/** One line in two to the power of the level ends a part. */
function endsPart(hash: number, level: number): boolean {
  return hash >>> (32 - level || 32) === 0 || level === 0;
}

function markOf(hash: number): string {
  const mixed = hash ^ (hash >>> 15);
  return `${ALPHABET.charAt(mixed & 63)}${ALPHABET.charAt((mixed >>> 6) & 63)}`;
}

const SEED = 0x811c9dc5;
const PRIME = 0x01000193;

/** FNV-1a over UTF-16, with its bits mixed once more at the end: short lines differ in all of them. */
export function hashOf(text: string): number {
  let hash = SEED;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  return mix(hash, hash >>> 16);
}

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
