import { readLiteral } from '../../sql/strings.ts';
import type { Token } from '../../sql/tokens.ts';
import type { Edit, Finding } from './renaming.ts';

/** A text being rewritten: the whole one, or the content of a string constant inside another layer. */
export interface Layer {
  readonly text: string;
  /** Where a range is in the outermost text; null when that is not one piece. */
  place(start: number, end: number): { start: number; end: number } | null;
  /** How a replacement has to be written in the outermost text; null when it cannot be. */
  encode(text: string): string | null;
  /** Why references in it are references. */
  readonly reason: string;
}

export function outermost(text: string): Layer {
  return { text, place: (start, end) => ({ start, end }), encode: (each) => each, reason: 'qualified name' };
}

/** The content of a string constant as a layer; null when the constant's escapes cannot be followed. */
export function inside(layer: Layer, token: Token, reason: string): Layer | null {
  const literal = readLiteral(token.text);
  if (literal === null) return null;
  return {
    text: literal.content,
    place: (start, end) => {
      const place = literal.place(start, end);
      return place && layer.place(token.start + place.start, token.start + place.end);
    },
    encode: (text) => {
      const encoded = literal.encode(text);
      return encoded === null ? null : layer.encode(encoded);
    },
    reason,
  };
}

const SHOWN = 80;

/** Edits and findings in terms of the outermost text. */
export class Collector {
  readonly edits: Edit[] = [];
  readonly findings: Finding[] = [];
  dynamic = false;
  readonly #text: string;
  readonly #lines: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lines.push(at + 1);
  }

  /** Replaces a range of a layer, or says that it cannot. */
  replace(layer: Layer, start: number, end: number, after: string, reason: string = layer.reason): void {
    const place = layer.place(start, end);
    const encoded = layer.encode(after);
    if (place === null || encoded === null) {
      this.find(
        'leftover',
        layer,
        start,
        end,
        'a reference that is written in a way that cannot be replaced',
      );
      return;
    }
    const before = this.#text.slice(place.start, place.end);
    if (before === encoded) return;
    this.edits.push({ ...place, before, after: encoded, line: this.#lineOf(place.start), reason });
  }

  find(kind: Finding['kind'], layer: Layer, start: number, end: number, reason: string): void {
    const from = layer.place(start, start + 1)?.start ?? 0;
    const text = layer.text.slice(start, end).replace(/\s+/g, ' ');
    this.findings.push({
      kind,
      line: this.#lineOf(from),
      text: text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text,
      reason,
    });
  }

  #lineOf(at: number): number {
    let low = 0;
    let high = this.#lines.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.#lines[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

/** The text with all edits made. They must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const edit of edits) {
    pieces.push(text.slice(at, edit.start), edit.after);
    at = edit.end;
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}
