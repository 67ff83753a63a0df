import { looksLikeSchema } from './operands.ts';
import { readLiteral } from './strings.ts';
import type { Structure } from './structure.ts';

/** Where the value of an argument of `format` ends up in its template. */
export interface Placeholder {
  readonly kind: 's' | 'I' | 'L';
  readonly meaning: 'schema' | 'something else' | { readonly unclear: string };
}

/**
 * The placeholder that shows an argument of `format`, when the template is a string constant.
 *
 * @param open the bracket of the call
 * @param index of the argument; the template is number 0
 */
export function placeholderOf(s: Structure, open: number, index: number): Placeholder | null {
  const template = s.elements(open)[0];
  const token = template && template.end === template.start + 1 ? s.tokens[template.start] : undefined;
  const text = token?.kind === 'string' ? readLiteral(token.text)?.content : undefined;
  if (text === undefined) return null;
  let next = 1;
  for (const match of text.matchAll(/%%|%(?:(\d+)\$)?-?\d*([sIL])/g)) {
    const [all, position, kind] = match;
    if (all === '%%') continue;
    const shown = position === undefined ? next : Number(position);
    next = shown + 1;
    if (shown !== index) continue;
    const meaning = meaningOf(kind ?? '', text.slice(0, match.index), text.slice(match.index + all.length));
    return { kind: kind as Placeholder['kind'], meaning };
  }
  return null;
}

function meaningOf(kind: string, before: string, after: string): Placeholder['meaning'] {
  if (kind === 'I' || after.startsWith('.') || after.startsWith('".')) return 'schema';
  if (/search_path\s*(=|to)\s*$/i.test(before)) return 'schema';
  const column = /([\w$]+)"?\s*(?:::\w+\s*)?(?:=|<>|!=|\bin\s*\(|\bany\s*\()\s*'?$/i.exec(before)?.[1];
  if (column !== undefined && looksLikeSchema(column)) return 'schema';
  return kind === 'L' || column !== undefined
    ? 'something else'
    : { unclear: 'put into a text that may be SQL' };
}
