/** A string constant taken apart: what it holds, and where each piece of that is written. */
export interface Literal {
  readonly content: string;
  /**
   * Where a range of the content is written, relative to the constant's first character. null when the range spans
   * two parts of a constant that is continued on a new line, so that it cannot be replaced as one.
   */
  place(start: number, end: number): { start: number; end: number } | null;
  /** How a text has to be written inside this constant; null when it cannot be. */
  encode(text: string): string | null;
}

/** Takes apart every form of string constant: `'…'`, `E'…'`, `U&'…'`, `$tag$…$tag$`. null when an escape makes no sense. */
export function readLiteral(source: string): Literal | null {
  if (source.startsWith('$')) return readDollarQuoted(source);
  const unicode = /^u&/i.test(source);
  const escapes = /^e/i.test(source);
  const first = source.indexOf("'");
  if (first < 0) return null;
  const uescape = unicode ? /'\s*uescape\s*'(.)'$/i.exec(source) : null;
  const marker = uescape?.[1] ?? '\\';
  const body = uescape ? source.slice(0, uescape.index + 1) : source;
  const last = body.length - 1;
  if (!escapes && !unicode && body.indexOf("'", first + 1) === last) {
    return {
      content: body.slice(first + 1, last),
      place: (start, end) => ({ start: first + 1 + start, end: first + 1 + end }),
      encode: (text) => text.replaceAll("'", "''"),
    };
  }
  const units = readUnits(body, first, escapes ? backslashEscape : unicode ? unicodeEscape(marker) : null);
  if (units === null) return null;
  return {
    content: units.content,
    place: (start, end) => placeOf(units, start, end),
    encode: (text) => {
      const doubled = text.replaceAll("'", "''");
      return escapes
        ? doubled.replaceAll('\\', '\\\\')
        : unicode
          ? doubled.replaceAll(marker, marker + marker)
          : doubled;
    },
  };
}

function readDollarQuoted(source: string): Literal {
  const length = source.indexOf('$', 1) + 1;
  const delimiter = source.slice(0, length);
  return {
    content: source.slice(length, -length),
    place: (start, end) => ({ start: length + start, end: length + end }),
    encode: (text) => (text.includes(delimiter) ? null : text),
  };
}

interface Units {
  content: string;
  /** Where each UTF-16 unit of the content is written. */
  starts: number[];
  ends: number[];
}

function placeOf({ starts, ends }: Units, start: number, end: number): { start: number; end: number } | null {
  for (let i = start + 1; i < end; i += 1) {
    // Both units of a surrogate pair that one escape gave have the same place.
    if (starts[i] !== ends[i - 1] && starts[i] !== starts[i - 1]) return null;
  }
  const from = start < end ? starts[start] : (starts[start] ?? ends[start - 1] ?? starts[0]);
  const to = start < end ? ends[end - 1] : from;
  return from === undefined || to === undefined ? null : { start: from, end: to };
}

/** Reads an escape sequence: what it stands for and how long it is. null: none begins here; undefined: nonsense. */
type ReadEscape = (source: string, at: number) => { text: string; length: number } | null | undefined;

function readUnits(source: string, first: number, readEscape: ReadEscape | null): Units | null {
  const units: Units = { content: '', starts: [], ends: [] };
  const pieces: string[] = [];
  const push = (text: string, start: number, end: number): void => {
    pieces.push(text);
    for (let i = 0; i < text.length; i += 1) {
      units.starts.push(start);
      units.ends.push(end);
    }
  };
  let at = first + 1;
  while (at < source.length) {
    if (source[at] === "'") {
      if (source[at + 1] === "'") {
        push("'", at, at + 2);
        at += 2;
        continue;
      }
      at = nextPart(source, at + 1);
      continue;
    }
    const found = readEscape?.(source, at);
    if (found === undefined && readEscape) return null;
    const length = found?.length ?? 1;
    push(found?.text ?? (source[at] as string), at, at + length);
    at += length;
  }
  units.content = pieces.join('');
  return units;
}

/** After a closing quote: behind the opening quote of the next line, or the end. */
function nextPart(source: string, at: number): number {
  const gap = /(?:\s|--[^\n\r]*)*'/y;
  gap.lastIndex = at;
  return gap.test(source) ? gap.lastIndex : source.length;
}

const NAMED: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

const backslashEscape: ReadEscape = (source, at) => {
  if (source[at] !== '\\') return null;
  const rest = source.slice(at + 1, at + 10);
  const coded = /^(?:u([0-9a-f]{4})|U([0-9a-f]{8})|x([0-9a-f]{1,2})|([0-7]{1,3}))/i.exec(rest);
  if (coded) {
    const [all, u, U, x, octal] = coded;
    const code = Number.parseInt(u ?? U ?? x ?? octal ?? '', octal ? 8 : 16);
    // Bytes beyond ASCII form characters together; nobody writes names that way.
    if (code > 0x10ffff || ((x || octal) && code > 0x7f)) return undefined;
    return { text: String.fromCodePoint(code), length: all.length + 1 };
  }
  const letter = rest[0];
  return letter === undefined ? undefined : { text: NAMED[letter] ?? letter, length: 2 };
};

function unicodeEscape(marker: string): ReadEscape {
  return (source, at) => {
    if (source[at] !== marker) return null;
    if (source[at + 1] === marker) return { text: marker, length: 2 };
    const coded = /^(?:\+([0-9a-f]{6})|([0-9a-f]{4}))/i.exec(source.slice(at + 1, at + 8));
    const code = Number.parseInt(coded?.[1] ?? coded?.[2] ?? '', 16);
    if (!coded || code > 0x10ffff) return undefined;
    return { text: String.fromCodePoint(code), length: coded[0].length + 1 };
  };
}

/** Resolves the escapes of `U&"…"`. null when one makes no sense. */
export function decodeUnicode(content: string, marker: string): string | null {
  const read = unicodeEscape(marker);
  let text = '';
  for (let at = 0; at < content.length; ) {
    const piece = read(content, at);
    if (piece === undefined) return null;
    text += piece?.text ?? content[at];
    at += piece?.length ?? 1;
  }
  return text;
}
