/** The characters of a citekey, as pandoc reads it: punctuation inside, never at the end. */
const KEY = '[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_]|[:.#$%&\\-+?<>~/]+(?=[\\p{L}\\p{N}_]))*';
const CITED = new RegExp(`(^|[^\\p{L}\\p{N}_@.\\\\])(-?@)(?:\\{([^{}\\n]+)\\}|(${KEY}))`, 'gu');
const REFERENCE = /^(?:fig|tbl|sec|eq|lst)-/;
const PLAIN = new RegExp(`^${KEY}$`, 'u');

/** A citekey in a text: `from` is the place of its `@`. */
export interface ICited {
  key: string;
  from: number;
  to: number;
}

/** Every citekey of a text; cross-references are left out. */
export function citedIn(text: string): ICited[] {
  const found: ICited[] = [];
  for (const match of text.matchAll(CITED)) {
    const key = match[3] ?? match[4];
    const from = match.index + match[1].length + match[2].length - 1;
    if (!REFERENCE.test(key)) {
      found.push({ key, from, to: match.index + match[0].length });
    }
  }
  return found;
}

/** A key as it is written behind the at sign; odd keys stand in braces. */
export function written(key: string): string {
  return PLAIN.test(key) ? key : `{${key}}`;
}

/** What stands before the cursor when a citation is being written. */
export interface IWriting {
  /** Where the query begins, behind the at sign. */
  from: number;
  query: string;
  bracketed: boolean;
}

/** The citation that is being written at the end of a line's beginning, if there is one. */
export function writing(before: string): IWriting | null {
  const open = openBracket(before);
  const bracketed = open >= 0;
  const pattern = bracketed
    ? /(^|[\s[;(-])@\{?((?:[^\s@;\][{},]+(?: [^\s@;\][{},]+){0,3} ?)?)$/u
    : /(^|[\s(—–-])@\{?([^\s@;\][{},]*)$/u;
  const match = pattern.exec(before);
  if (!match || /^(?:fig|tbl|sec|eq|lst)-/.test(match[2])) {
    return null;
  }
  return { from: before.length - match[2].length, query: match[2], bracketed };
}

/** The citekey right before the cursor inside brackets, and what follows it: a locator's place. */
export function locating(before: string): { key: string; from: number; text: string } | null {
  const open = openBracket(before);
  if (open < 0) {
    return null;
  }
  const cited = citedIn(before.slice(open)).pop();
  if (!cited) {
    return null;
  }
  const text = before.slice(open + cited.to);
  return /^(,\s*(pp?\.\s*)?\d*)?$/.test(text) ? { key: cited.key, from: open + cited.to, text } : null;
}

/** Where the bracket opens that the end of a text stands in; -1 where there is none. */
export function openBracket(before: string): number {
  let depth = 0;
  for (let n = before.length - 1; n >= 0; n--) {
    const char = before[n];
    if (char === ']') {
      depth++;
    } else if (char === '[' && depth-- === 0) {
      return n;
    }
  }
  return -1;
}

/** An address without its escapes; as it is where they aren't any. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
